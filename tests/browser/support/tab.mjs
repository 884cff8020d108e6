// A tab with a shared book in it, as tests drive it from outside.

/** Opens the book in a page, and notes every change it is told of. */
export function openBook(page, options, worker) {
  return page.evaluate(
    async ([given, workerAddress]) => {
      const { openSharedBook } = await import('/pkg/dist/index.js');
      const more = {};
      if (workerAddress !== undefined) {
        const policy = globalThis.trustedTypes.createPolicy('tests', { createScriptURL: (address) => address });
        more.worker = () => new Worker(policy.createScriptURL(workerAddress), { type: 'module' });
      }
      globalThis.changes = [];
      globalThis.book = await openSharedBook({ ...given, ...more });
      globalThis.book.onChange((change) => globalThis.changes.push(change));
    },
    [options, worker],
  );
}

/** Calls a method; answers `{ value }` or `{ code, message }`. */
export function call(page, method, ...args) {
  return page.evaluate(
    async ([name, given]) => {
      try {
        return { value: await globalThis.book[name](...given) };
      } catch (error) {
        return { code: error.code ?? error.name, message: error.message };
      }
    },
    [method, args],
  );
}

/** Waits until a page says yes. */
export async function until(what, question, { patience = 60_000, pause = 20 } = {}) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((settle) => setTimeout(settle, pause));
  }
}

export const changes = (page) => page.evaluate(() => globalThis.changes);

/** Waits until the worker of the first page keeps the book, and the others have none. */
export function keptBy(page, ...others) {
  const workers = () => [page, ...others].map((one) => one.workers().length);
  // A worker is seen from outside a moment after it begins, or ends.
  return until('the book is kept where it should be', () => workers().every((count, n) => count === (n === 0 ? 1 : 0)));
}

/** A worker that can be made to hang. */
export const STUCK = '/tests/browser/pages/stuck-worker.mjs';

/** Makes the worker that keeps the book hang, until the server lets it go. */
export async function stick(page, server) {
  const before = server.held.length;
  await page.evaluate(() => new BroadcastChannel('stuck').postMessage('hang'));
  await until('the worker hangs', () => server.held.length > before);
}
