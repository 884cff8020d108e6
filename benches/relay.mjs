// Measures how a book reaches a new replica through the shipped flow, in the local runtime over HTTP:
// `npm run bench -- relay [--cards 10000] [--runs 3] [--json]`. Bytes are counted on the connection, with their headers.
// What the platform itself needs for a run is not in any figure.

import { createServer, connect as dial } from 'node:net';
import { join } from 'node:path';

import { Failure, say } from '../tools/lib/run.mjs';
import { median } from './lib/measure.mjs';
import { packageUrl } from './lib/package.mjs';

/** Rows for the table; `task` runs a task in a fresh process. */
export async function measureRelay(cards, { runs }, folder, task) {
  const all = [];
  for (let n = 0; n < runs; n += 1) {
    say(`${cards} cards through the flow, ${n + 1} of ${runs} …`);
    all.push(await once(cards, join(folder, `relay-${cards}-${n}`), task));
  }
  const rows = [];
  const add = (name, pick, unit) => rows.push({ cards, name, value: median(all.map(pick)), unit });
  for (const [side, title] of [
    ['push', 'first replica sends all'],
    ['pull', 'new replica gets all'],
    ['quiet', 'a sync with nothing to say'],
  ]) {
    add(`${title}: requests`, (one) => one[side].requests, '');
    if (side !== 'quiet') add('  chunks', (one) => one[side].chunks, '');
    add('  bytes up', (one) => one[side].up, 'bytes');
    add('  bytes down', (one) => one[side].down, 'bytes');
    add('  time, without the platform’s own', (one) => one[side].wall, 'ms');
    add('  flow actions', (one) => one[side].actions, '');
    add('  flow actions for each exchange', (one) => one[side].actions / one[side].requests, '');
  }
  return rows;
}

async function once(cards, folder, task) {
  const { serveFlows } = await import(packageUrl('flows/server.js'));
  const served = await serveFlows({ folder: join(folder, 'flow') });
  const wire = await openWire(new URL(served.url).port);
  const url = served.url.replace(/:\d+\//, `:${wire.port}/`);
  let before = 0;
  const sync = async (name, more) => {
    wire.up = 0;
    wire.down = 0;
    const { wall, requests, pushed, pulled, ...state } = await task('relay', {
      folder: join(folder, name),
      url,
      ...more,
    });
    const runs = served.history();
    const actions = runs.slice(before).reduce((sum, run) => sum + run.actions, 0);
    before = runs.length;
    return { wall, requests, chunks: pushed || pulled, actions, up: wire.up, down: wire.down, ...state };
  };
  try {
    const push = await sync('first', { cards });
    const pull = await sync('second', {});
    const quiet = await sync('second', {});
    if (pull.cards !== cards || pull.hash !== push.hash) throw new Failure('the new replica is not the same');
    return { push, pull, quiet };
  } finally {
    await wire.close();
    await served.close();
  }
}

/** A connection to the port on this machine that counts what goes through it. */
async function openWire(port) {
  const wire = { up: 0, down: 0 };
  const sockets = new Set();
  const server = createServer((near) => {
    const far = dial(Number(port), '127.0.0.1');
    for (const [from, to, way] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ]) {
      sockets.add(from);
      from.on('data', (part) => {
        wire[way] += part.length;
      });
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((settle) => server.close(settle));
  };
  return Object.assign(wire, { port: server.address().port, close });
}
