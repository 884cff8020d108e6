/**
 * Starts the package's own worker. Under a content policy that demands Trusted
 * Types an address must come from a policy: it is called `contactmesh`, and
 * lets exactly this one address through. A bundler moves files; then the app
 * starts the worker itself, see `SharedBookOptions.worker`.
 */

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): {
    createScriptURL(address: string): unknown;
  };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

export function startWorker(): Worker {
  const address = new URL('./worker.js', import.meta.url);
  return new Worker(trusted(address.href) as string, { type: 'module', name: 'contactmesh' });
}

function trusted(address: string): unknown {
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (factory === undefined) return address;
  policy ??= factory.createPolicy('contactmesh', {
    createScriptURL(asked) {
      if (asked === new URL('./worker.js', import.meta.url).href) return asked;
      throw new TypeError('only the worker of contactmesh is started here');
    },
  });
  return policy.createScriptURL(address);
}
