// Two writers at once. The first is stopped before each of its file operations
// in turn; meanwhile a second takes the lease from it, writes, and may compact
// or leave; then the first goes on as if nothing had happened. Nothing that
// either was told is saved may be lost, and both must agree on what there is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { SimulatedDisk } from './disk.mjs';

const FOLDER = '/book';

async function put(storage, epoch, acked, key) {
  await storage.commit({ put: [[key, Buffer.alloc(200, key.charCodeAt(0))]], del: [], expectEpoch: epoch });
  acked.push(key);
}

async function keys(storage) {
  const { records, corrupt } = await storage.load('');
  return { keys: records.map(([key]) => key).sort(), corrupt };
}

const FIRST = {
  commits: async (storage, epoch, acked) => {
    for (const key of ['a1', 'a2', 'a3']) await put(storage, epoch, acked, key);
  },
  compacts: async (storage, epoch, acked) => {
    await storage.compact();
    await put(storage, epoch, acked, 'a1');
  },
  'takes the lease': async (_storage, _epoch, acked, reopen) => {
    const again = await reopen();
    const lease = await again.lease('first', { steal: true });
    await put(again, lease.epoch, acked, 'a1');
  },
};

const SECOND = {
  writes: async () => {},
  'writes and leaves': async (storage) => storage.close(),
  'writes and compacts': async (storage) => storage.compact(),
  'writes, compacts and leaves': async (storage) => {
    await storage.compact();
    await storage.close();
  },
};

for (const [firstDoes, first] of Object.entries(FIRST)) {
  for (const [secondDoes, second] of Object.entries(SECOND)) {
    for (const cut of [false, true]) {
      const how = cut ? ', in the middle of a write' : '';
      test(`while the first ${firstDoes}, the second ${secondDoes}${how}: nothing acknowledged is lost`, async () => {
        let index = 0;
        while (await meet(index, first, second, cut)) index += 1;
        assert.ok(index > 4, `only ${index} operations`);
      });
    }
  }
}

/** Lets the second in before the first's operation `index`; false if there is no such operation. */
async function meet(index, first, second, cut) {
  const disk = new SimulatedDisk();
  const acked = [];
  let at = -Infinity;
  let met = false;
  let current;

  const intrude = async () => {
    met = true;
    const storage = await openFileStorage(FOLDER, { ops: disk.ops() });
    const { epoch } = await storage.lease('second', { steal: true });
    const known = (await keys(storage)).keys;
    current = { storage, epoch, known };
    for (const key of acked) assert.ok(known.includes(key), `operation ${index}: the second does not see ${key}`);
    await put(storage, epoch, acked, 'b1');
    await second(storage);
    await assertKept(disk.crash('lose'), acked, `operation ${index}, the power cut right after`);
  };
  let torn = false;
  const step = async (name, _path, length) => {
    const now = at;
    at += 1;
    if (now === index && cut && name === 'append') {
      torn = true;
      return Math.floor(length / 2);
    }
    if (now === index || torn) {
      torn = false;
      await intrude();
    }
    return undefined;
  };

  const ops = disk.ops(step);
  const open = () => openFileStorage(FOLDER, { ops });
  const storage = await open();
  const { epoch } = await storage.lease('first');
  for (const key of ['k1', 'k2', 'k3']) await put(storage, epoch, acked, key);
  at = 0;
  const before = acked.length;
  const failures = [];
  await first(storage, epoch, acked, open).catch((error) => failures.push(error));
  const reached = at > index;
  at = -Infinity;

  const where = `operation ${index}: ${failures[0]?.stack ?? ''}`;
  for (const { code } of failures) assert.match(code, /^storage-(fenced|io|locked)$/, where);
  if (met) {
    const since = acked.indexOf('b1');
    for (const key of acked.slice(since + 1)) {
      // Acknowledged after the lease was gone: only what the second had found already.
      const fine = current.known.includes(key) || first === FIRST['takes the lease'];
      assert.ok(fine, `${where} ${key} was acknowledged to a writer without a lease`);
    }
  } else assert.deepEqual([failures, acked.length > before], [[], true], where);

  const third = await openFileStorage(FOLDER, { ops: disk.ops() });
  const found = await keys(third);
  for (const key of acked) assert.ok(found.keys.includes(key), `${where} ${key} was acknowledged and is lost`);
  if (!cut) assert.deepEqual(found.corrupt, [], where);
  await assertKept(disk.crash('lose'), acked, `${where} the power cut afterwards`);
  const { epoch: last } = await third.lease('third', { steal: true });
  await put(third, last, acked, 'c1');
  await third.compact();
  const end = (await keys(await openFileStorage(FOLDER, { ops: disk.ops() }))).keys;
  assert.deepEqual(end, [...found.keys, 'c1'].sort(), where);
  if (current && second === SECOND.writes) {
    await assert.rejects(put(current.storage, current.epoch, [], 'b2'), { code: 'storage-fenced' });
  }
  return reached;
}

test('a compaction that ends at any moment of a takeover costs the new writer nothing', async () => {
  for (let index = 0, reached = true; reached; index += 1) {
    const disk = new SimulatedDisk();
    const acked = [];
    let arrive;
    let goOn;
    const arrived = new Promise((resolve) => (arrive = resolve));
    const gate = new Promise((resolve) => (goOn = resolve));
    const slow = async (name, path) => {
      if (name !== 'rename' || !disk.names.has('/book/book.log.previous') || !path.includes('.new-')) return;
      arrive();
      await gate;
    };
    const first = await openFileStorage(FOLDER, { ops: disk.ops(slow) });
    const old = await first.lease('first');
    for (const key of ['k1', 'k2', 'k3']) await put(first, old.epoch, acked, key);
    const compacted = first.compact().catch((error) => assert.match(error.code, /^storage-(fenced|io)$/));
    await arrived;

    let at = 0;
    const step = async () => {
      if (at++ !== index) return;
      goOn();
      await compacted;
    };
    const second = await openFileStorage(FOLDER, { ops: disk.ops(step) });
    const { epoch } = await second.lease('second', { steal: true });
    reached = at > index;
    goOn();
    await put(second, epoch, acked, 'b1');
    await compacted;
    await assertKept(disk.crash('keep'), acked, `operation ${index}`);
    await assertKept(disk.crash('lose'), acked, `operation ${index}, then a power cut`);
  }
});

async function assertKept(disk, acked, where) {
  const found = (await keys(await openFileStorage(FOLDER, { ops: disk.ops() }))).keys;
  for (const key of acked) assert.ok(found.includes(key), `${where}: ${key} was acknowledged and is lost`);
}
