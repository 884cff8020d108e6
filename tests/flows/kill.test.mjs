// SIGKILL between the request and its answer, again and again: what was said to be durable is there,
// reaches the others, and is there once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBook, openFileStorage, openFlowRelay, openMemoryStorage } from '../../pkg/dist/node.js';
import { withFlow } from './flow.mjs';

const REPLICA = fileURLToPath(new URL('replica.mjs', import.meta.url));

/** What became of the request that the process did not live to hear of; the first one, the second, or a later one. */
const ENDS = [
  [1, { slow: 1 }],
  [1, 'reset'],
  [2, { slow: 1 }],
  [3, 'duplicate'],
  [2, 'no-response'],
  [4, { slow: 1 }],
];

/** Runs the replica until its n-th request, kills it while the flow has that one, and adds what it said. */
async function killedAt(folder, served, door, [request, fault], said) {
  const child = spawn(process.execPath, [REPLICA, folder, served.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  let requests = 0;
  door.faults = () => {
    requests += 1;
    if (requests < request) return undefined;
    child.kill('SIGKILL');
    return fault;
  };
  const [code, signal] = await new Promise((settle) => child.on('close', (...how) => settle(how)));
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
  door.faults = undefined;
  const ids = text.trim().split('\n');
  assert.ok(ids.length >= 3 * request);
  for (const id of ids) said.add(id);
}

it('flows: a replica that is killed between sending and the answer loses nothing that it said', () => {
  const door = {};
  return withFlow({ faults: (n) => door.faults?.(n) }, async (served, folder) => {
    const said = new Set();
    const killed = join(folder, 'killed.book');
    for (const end of ENDS) await killedAt(killed, served, door, end, said);

    const open = async (storage) => {
      const relay = await openFlowRelay({ url: served.url, book: 'contacts' });
      return { book: await openBook({ storage }), relay };
    };
    const again = await open(await openFileStorage(killed));
    assert.deepEqual(new Set(idsOf(again.book)), said, 'all of it is in the store');
    await again.book.sync(again.relay, { name: 'flow' });
    const other = await open(openMemoryStorage());
    await other.book.sync(other.relay, { name: 'flow' });
    assert.deepEqual(idsOf(other.book).sort(), [...said].sort(), 'all of it reaches another, once');
    assert.equal(other.book.stateHash(), again.book.stateHash());
    const titles = served.list.rows.map((row) => row.Title);
    assert.equal(new Set(titles).size, titles.length);
    await again.book.close();
  });
});

function idsOf(book) {
  return book.list().rows.map(({ id }) => id);
}
