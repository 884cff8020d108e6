/**
 * Keeps the files of one version of the app and answers for them: from what it
 * keeps, so that a page never gets files of two versions. It touches nothing
 * but the app's own files; flows and contacts never pass through it.
 */

/** Written in by the build: the files, and a hash of them all. */
declare const FILES: string[];
declare const VERSION: string;

const PREFIX = 'contactmesh-app/';
const NAME = PREFIX + VERSION;
/** What comes with the content policy that the page and its worker run under. */
const POLICED = ['index.html', 'worker.js'];
/** How long a network may take before it counts as none. */
const PATIENCE = 2000;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

self.addEventListener('install', (event) => (event as Extendable).waitUntil(keep()));
self.addEventListener('activate', (event) => (event as Extendable).waitUntil(dropOld()));
self.addEventListener('fetch', (event) => {
  const fetching = event as Fetching;
  const file = fileOf(fetching.request);
  if (file !== undefined) fetching.respondWith(answer(file, fetching.request));
});

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  // Past the browser's own cache, which may hold files of the version before.
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
}

async function dropOld(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
}

function fileOf({ url, method }: Request): string | undefined {
  const place = new URL('./', self.location.href);
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== place.origin || !pathname.startsWith(place.pathname)) return undefined;
  const file = pathname.slice(place.pathname.length) || 'index.html';
  return FILES.includes(file) ? file : undefined;
}

async function answer(file: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(NAME)).match(file);
  if (kept === undefined) return fetch(request);
  return (POLICED.includes(file) && (await sameFromServer(file, kept))) || kept;
}

/** The server's answer, if it is the kept file: its policy may have changed. A newer file waits for its own version. */
async function sameFromServer(file: string, kept: Response): Promise<Response | undefined> {
  try {
    const fresh = await fetch(file, { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) });
    const [own, other] = await Promise.all([kept.clone().text(), fresh.clone().text()]);
    return fresh.ok && own === other ? fresh : undefined;
  } catch {
    // No network: that is what this worker is for.
    return undefined;
  }
}
