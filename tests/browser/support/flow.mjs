// The shipped flow behind a real server, which is of another origin than the page, in a folder of its
// own that goes with it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serveFlows } from '../../../pkg/dist/flows/server.js';

/** Serves the flow until the test `t` ends; `faults.play(…)` says what becomes of the next requests. */
export async function servedFlow(t, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
  const script = [];
  const served = await serveFlows({ folder, faults: () => script.shift(), ...options });
  t.after(async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { ...served, play: (...faults) => script.push(...faults) };
}

/** Calls a method of a page's connections; answers `{ value }` or `{ code, message }`. */
export function ask(page, method, ...args) {
  return page.evaluate(
    async ([name, given]) => {
      try {
        return { value: await globalThis.book.connections[name](...given) };
      } catch (error) {
        return { code: error.code ?? error.name, message: error.message };
      }
    },
    [method, args],
  );
}

/** The report of one connection. */
export const report = async (page, name = 'relay') => (await ask(page, 'list')).value.find((one) => one.name === name);
