/**
 * Has the service worker keep the app's own files, so that it starts without a
 * network. Contacts need none of it: they are in the browser's database. An
 * update is taken when every tab of the app was closed, never under a page
 * that is in use.
 */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): unknown };
}

const FILE = 'service-worker.js';

export function keepForOffline(): void {
  const { serviceWorker } = navigator;
  // Absent on addresses that are neither https nor this machine; the book says so itself.
  if (serviceWorker === undefined) return;
  // A page that was loaded past the worker, or without room for its files, works all the same, but online.
  serviceWorker.register(trusted(), { type: 'module' }).catch(() => {});
}

function trusted(): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (factory === undefined) return FILE;
  const policy = factory.createPolicy('contactmesh-app', { createScriptURL: () => FILE });
  return policy.createScriptURL(FILE) as string;
}
