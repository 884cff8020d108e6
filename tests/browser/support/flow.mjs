// The shipped flow behind a real server, which is of another origin than the page, in a folder of its
// own that goes with it.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serveFlows } from '../../../pkg/dist/flows/server.js';
import { TestFlow, URL_OF } from '../../flow-client/flow.mjs';

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

/** A flow that refuses chunks for good while `refuse` answers a reason; it keeps nothing after the test `t`. */
export async function refusingFlow(t, refuse) {
  const flow = new TestFlow();
  flow.refuse = refuse;
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' };
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
    const { status, body } = flow.run(JSON.parse(Buffer.concat(parts).toString()));
    return response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(body);
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((settle) => server.close(settle));
  });
  return { url: URL_OF(`http://127.0.0.1:${server.address().port}`), flow };
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
