// The relay in a shared folder: the acceptance suite, damage, foreign folders,
// and faults of the disk.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFileRelay } from '../../pkg/dist/relay/file.js';
import { fail, SimulatedDisk } from '../storage/disk.mjs';
import { chunk, readAll, runRelaySuite } from './suite.mjs';

runRelaySuite('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-relay-'));
  let others = 0;
  return {
    open: () => openFileRelay(join(folder, 'a', 'relay')),
    another: () => openFileRelay(join(folder, `other-${others++}`)),
    cleanup: () => rm(folder, { recursive: true }),
  };
});

function promise(title, body) {
  test(`relay in a folder: ${title}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-relay-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

const push = (relay, ...values) => relay.exchange({ chunks: values.map(chunk), cursor: null });
const second = (folder) => join(folder, 'chunk-000000000002');

promise('it holds the id and the chunks, and nothing is left over', async (folder) => {
  await push(await openFileRelay(folder), '1', '2', '1');
  assert.deepEqual(await readdir(folder), ['chunk-000000000001', 'chunk-000000000002', 'relay.id']);
});

promise('a folder with other things in it is refused and left as it is', async (folder) => {
  await writeFile(join(folder, 'holiday.jpg'), 'x');
  await assert.rejects(openFileRelay(folder), { code: 'relay-foreign', message: /holiday\.jpg/ });
  assert.deepEqual(await readdir(folder), ['holiday.jpg']);
});

promise('an id file that is not ours, or of a newer format, is refused', async (folder) => {
  for (const [content, message] of [
    ['hello', /not the id/],
    ['', /not the id/],
    [`contactmesh relay 2\n${'0'.repeat(32)}\n`, /Update contactmesh/],
  ]) {
    await writeFile(join(folder, 'relay.id'), content);
    await assert.rejects(openFileRelay(folder), { code: 'relay-foreign', message });
  }
});

promise('a damaged chunk is refused, naming the file, and those before it still arrive', async (folder) => {
  await push(await openFileRelay(folder), '1', '2', '3');
  const bytes = await readFile(second(folder));
  for (let at = 0; at < bytes.length; at += 1) {
    const bad = Buffer.from(bytes);
    bad[at] ^= 1;
    await writeFile(second(folder), bad);
    const relay = await openFileRelay(folder);
    const damaged = { code: 'relay-damaged', message: /chunk-000000000002/ };
    if (at >= 8) assert.deepEqual((await relay.exchange({ chunks: [], cursor: null, limit: 1 })).chunks, [chunk('1')]);
    await assert.rejects(readAll(relay), damaged);
  }
  for (const length of [0, 20, bytes.length - 1]) {
    await writeFile(second(folder), bytes.subarray(0, length));
    await assert.rejects(readAll(await openFileRelay(folder)), { code: 'relay-damaged' });
  }
});

promise('a damaged chunk is whole again once somebody pushes it again', async (folder) => {
  const relay = await openFileRelay(folder);
  await push(relay, '1', '2', '3');
  const bytes = await readFile(second(folder));
  await writeFile(second(folder), bytes.subarray(0, bytes.length - 1));
  await relay.exchange({ chunks: [chunk('2')], cursor: null, limit: 1 });
  assert.deepEqual((await readAll(await openFileRelay(folder))).found, ['1', '2', '3']);
});

promise('a chunk that was deleted is missed, and its number is not given away', async (folder) => {
  await push(await openFileRelay(folder), '1', '2', '3');
  await rm(second(folder));
  const missing = { code: 'relay-damaged', message: /chunk-000000000002/ };
  await assert.rejects(readAll(await openFileRelay(folder)), missing);
  await assert.rejects(push(await openFileRelay(folder), '4'), missing);
  assert.equal((await readdir(folder)).length, 3);
});

promise('a folder restored from a backup refuses the cursors of what it lost', async (folder) => {
  const [now, backup] = [join(folder, 'now'), join(folder, 'backup')];
  await push(await openFileRelay(now), '1');
  await cp(now, backup, { recursive: true });
  const { cursor } = await push(await openFileRelay(now), '2');
  await rm(now, { recursive: true });
  await cp(backup, now, { recursive: true });
  const relay = await openFileRelay(now);
  await assert.rejects(relay.exchange({ chunks: [], cursor }), {
    code: 'relay-foreign',
    message: /restored from a backup/,
  });
  await push(relay, 'something else');
  await assert.rejects(relay.exchange({ chunks: [], cursor }), {
    code: 'relay-foreign',
    message: /restored from a backup/,
  });
});

test('relay in a folder: whichever file operation fails or is the last before a power cut, what was accepted is there', async () => {
  for (const end of ['EIO', 'ENOSPC', 'power cut']) {
    for (let index = 0, reached = true; reached; index += 1) {
      let disk = new SimulatedDisk();
      let at = 0;
      let cursor = null;
      const accepted = [];
      const step = async (_name, path) => {
        at += 1;
        if (at - 1 === index || (end === 'power cut' && at > index)) fail(end, path);
      };
      try {
        const relay = await openFileRelay('/relay', { ops: disk.ops(step) });
        for (const values of [['1', '2'], ['3'], ['2', '4']]) {
          ({ cursor } = await relay.exchange({ chunks: values.map(chunk), cursor }));
          accepted.push(...values);
        }
      } catch (error) {
        assert.equal(error.code, 'relay-io');
      }
      reached = at > index;
      if (end === 'power cut') disk = disk.crash('lose');
      const again = await openFileRelay('/relay', { ops: disk.ops() });
      await again.exchange({ chunks: [], cursor }); // The cursor is still good.
      const { found } = await readAll(again);
      for (const value of accepted) assert.ok(found.includes(value), `${end} at ${index}: ${value} is lost`);
      await push(again, '1', '2', '3', '4');
      assert.deepEqual((await readAll(again)).found, ['1', '2', '3', '4'], `${end} at ${index}`);
    }
  }
});

test('relay in a folder: files of another user are said to be that, with what to do', async () => {
  for (const code of ['EACCES', 'EPERM']) {
    const disk = new SimulatedDisk();
    await push(await openFileRelay('/relay', { ops: disk.ops() }), '1');
    const denied = async (_name, path) => fail(code, path);
    await assert.rejects(openFileRelay('/relay', { ops: disk.ops(denied) }), {
      code: 'relay-io',
      message: /only the user who wrote .* may read .*same user.*or connect the replicas through a flow/,
    });
  }
});
