// Real processes on a real disk: a writer killed with SIGKILL at random
// moments, again and again, and two processes that want the same book.
// CONTACTMESH_KILLS sets how many times (20 if unset). A kill does not drop
// what the system has cached: missing syncs are found by faults.test.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { seeded } from './disk.mjs';
import { shown } from './scenario.mjs';

const WRITER = fileURLToPath(new URL('writer.mjs', import.meta.url));
const KILLS = Number(process.env.CONTACTMESH_KILLS ?? 20);

function start(folder, mode) {
  const child = spawn(process.execPath, [WRITER, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const wake of waiting.splice(0)) wake();
  });
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  return {
    child,
    lines,
    ended,
    async until(count) {
      let over = false;
      void ended.then(() => (over = true));
      while (lines.length < count && !over) await Promise.race([new Promise((wake) => waiting.push(wake)), ended]);
    },
    async kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

async function inFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-processes-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test(`a writer killed ${KILLS} times: every acknowledged batch is there, none is torn`, async () => {
  await inFolder(async (folder) => {
    const random = seeded(Date.now());
    let last = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const writer = start(folder, 'write');
      await writer.until(2 + Math.floor(random() * 60));
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
      const { signal } = await writer.kill();
      assert.equal(signal, 'SIGKILL', writer.lines.at(-1));
      const acked = Number(
        writer.lines
          .filter((line) => line.startsWith('acked '))
          .at(-1)
          ?.slice(6) ?? last,
      );
      const storage = await openFileStorage(folder);
      const { n, corrupt } = await shown(storage);
      await storage.close();
      assert.deepEqual(corrupt, []);
      assert.ok(n >= acked, `batch ${acked} was acknowledged, the book shows ${n}`);
      assert.ok(n <= acked + 1, `batch ${n} is there, but ${acked} was the last acknowledged`);
      assert.ok(acked > last, 'the writer wrote nothing');
      last = n;
    }
    assert.ok((await readdir(folder)).includes('book.log.previous'), 'no compaction happened');
  });
});

test('a second process is refused while the first lives, with its id, and takes over once it is dead', async () => {
  await inFolder(async (folder) => {
    const first = start(folder, 'hold');
    await first.until(1);
    assert.equal(first.lines[0], 'holds 1');
    const second = start(folder, 'hold');
    assert.equal((await second.ended).code, 3);
    assert.match(second.lines[0], new RegExp(`^refused storage-locked .*process ${first.child.pid} on `));
    const here = await openFileStorage(folder);
    await assert.rejects(
      here.lease('here'),
      (error) => error.code === 'storage-locked' && error.details.pid === first.child.pid,
    );
    await first.kill();
    const third = start(folder, 'hold');
    await third.until(1);
    assert.equal(third.lines[0], 'holds 2');
    await third.kill();
    assert.equal((await here.lease('here')).epoch, 3);
    await here.close();
  });
});

test('of many processes that find a dead holder at once, one takes over', async () => {
  await inFolder(async (folder) => {
    const dead = start(folder, 'hold');
    await dead.until(1);
    await dead.kill();
    const all = Array.from({ length: 6 }, () => start(folder, 'hold'));
    for (const one of all) await one.until(1);
    assert.deepEqual(all.map(({ lines }) => lines[0].split(' ')[0]).sort(), ['holds', ...Array(5).fill('refused')]);
    for (const one of all) await one.kill();
  });
});
