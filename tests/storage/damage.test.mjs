// Damage to book.log, played on a simulated disk: writes that never ended are
// passed over in silence, everything else is reported, and whatever is intact
// is still read. "Acknowledged and lost" must never look like "was never there".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { SimulatedDisk, seeded } from './disk.mjs';

const LOG = '/book/book.log';

function diskWith(log) {
  const disk = new SimulatedDisk();
  disk.names.set(LOG, { id: 'log', bytes: log, synced: log });
  return disk;
}

/** Writes the batches into a new book; answers the log and where each frame ends. */
async function written(batches) {
  const disk = new SimulatedDisk();
  const storage = await openFileStorage('/book', { ops: disk.ops() });
  const { epoch } = await storage.lease('test');
  const ends = [disk.names.get(LOG).bytes.length];
  for (const batch of batches) {
    await storage.commit({ put: [], del: [], ...batch, expectEpoch: epoch });
    ends.push(disk.names.get(LOG).bytes.length);
  }
  await storage.close();
  return { log: Buffer.from(disk.names.get(LOG).bytes), ends };
}

async function read(log) {
  const storage = await openFileStorage('/book', { ops: diskWith(log).ops() });
  const { records, corrupt } = await storage.load('');
  return { storage, values: Object.fromEntries(records.map(([key, value]) => [key, value[0]])), corrupt };
}

/** Takes the lease, commits one more, and answers what a reader then finds. */
async function writeOn(log) {
  const disk = diskWith(log);
  const storage = await openFileStorage('/book', { ops: disk.ops() });
  const { epoch } = await storage.lease('test');
  await storage.commit({ put: [['more', Buffer.of(99)]], del: [], expectEpoch: epoch });
  await storage.close();
  return read(Buffer.from(disk.names.get(LOG).bytes));
}

const three = [
  {
    put: [
      ['a', Buffer.alloc(40, 1)],
      ['b', Buffer.alloc(40, 2)],
    ],
  },
  {
    put: [
      ['c', Buffer.alloc(40, 3)],
      ['d', Buffer.alloc(40, 4)],
    ],
  },
  {
    put: [
      ['a', Buffer.alloc(40, 5)],
      ['e', Buffer.alloc(40, 6)],
    ],
    del: ['b'],
  },
];

test('a write torn at any byte is passed over in silence, and the book goes on', async () => {
  const { log, ends } = await written(three);
  for (let length = ends[2]; length < ends[3]; length += 1) {
    const torn = log.subarray(0, length);
    const { values, corrupt } = await read(torn);
    assert.deepEqual([values, corrupt], [{ a: 1, b: 2, c: 3, d: 4 }, []], `cut at ${length}`);
    const after = await writeOn(torn);
    assert.deepEqual([after.values, after.corrupt], [{ a: 1, b: 2, c: 3, d: 4, more: 99 }, []], `cut at ${length}`);
  }
});

test('a write torn many times over stays silent, whatever lies behind it', async () => {
  const { log, ends } = await written(three);
  let torn = log.subarray(0, ends[2] + 50);
  for (let round = 0; round < 4; round += 1) {
    const disk = diskWith(torn);
    const storage = await openFileStorage('/book', { ops: disk.ops() });
    const { epoch } = await storage.lease('test');
    await storage.commit({ put: [['more', Buffer.of(round)]], del: [], expectEpoch: epoch });
    await storage.commit({ put: [['unfinished', Buffer.alloc(300)]], del: [], expectEpoch: epoch });
    const { bytes } = disk.names.get(LOG);
    torn = bytes.subarray(0, bytes.length - 7 - 40 * round);
    const { values, corrupt } = await read(torn);
    assert.deepEqual([values, corrupt], [{ a: 1, b: 2, c: 3, d: 4, more: round }, []]);
  }
});

test('a file that grew without its bytes, as after a power cut, is no damage', async () => {
  const { log } = await written(three);
  for (const zeros of [1, 36, 500, 100_000]) {
    const after = await writeOn(Buffer.concat([log, Buffer.alloc(zeros)]));
    assert.deepEqual([after.values, after.corrupt], [{ a: 5, c: 3, d: 4, e: 6, more: 99 }, []]);
  }
});

test('one flipped bit anywhere is reported, or changes nothing; whatever is intact is read', async () => {
  const { log, ends } = await written(three);
  const whole = (await read(log)).values;
  for (let at = 0; at < log.length; at += 1) {
    const bad = Buffer.from(log);
    bad[at] ^= 1 << (at % 8);
    let found;
    try {
      found = await read(bad);
    } catch (error) {
      assert.ok(at < 32, `byte ${at}: ${error.message}`);
      assert.match(error.code, /^storage-(damaged|foreign|newer)$/);
      continue;
    }
    const { values, corrupt } = found;
    assert.ok(corrupt.length > 0, `byte ${at} was flipped and nobody noticed`);
    const spare = at >= ends[2] && at < ends[2] + 4; // The length of the last frame, which is there twice.
    if (at < ends[0] || spare) assert.deepEqual(values, whole, `byte ${at}`);
    else if (at < ends[1]) assert.deepEqual([values.a, values.c, values.d, values.e], [5, 3, 4, 6], `byte ${at}`);
    else if (at < ends[2]) assert.deepEqual([values.a, values.b, values.e], [5, undefined, 6], `byte ${at}`);
    else assert.deepEqual(values, { a: 1, b: 2, c: 3, d: 4 }, `byte ${at}`);
    if (at >= 32) {
      const after = await writeOn(bad);
      assert.deepEqual(after.values, { ...values, more: 99 }, `byte ${at}`);
      assert.deepEqual(after.corrupt.length > 0, true, `byte ${at}`);
    }
  }
});

test('a damaged record is named, refused by get, and does not bring an older value back', async () => {
  const { log } = await written([
    { put: [['a', Buffer.alloc(40, 1)]] },
    {
      put: [
        ['a', Buffer.alloc(40, 2)],
        ['b', Buffer.alloc(40, 3)],
      ],
    },
    { put: [['c', Buffer.alloc(40, 4)]] },
  ]);
  const bad = Buffer.from(log);
  bad[bad.indexOf(Buffer.alloc(40, 2)) + 20] ^= 1;
  const { storage, values, corrupt } = await read(bad);
  assert.deepEqual(values, { b: 3, c: 4 });
  assert.ok(corrupt.some(({ key }) => key === 'a'));
  await assert.rejects(storage.get('a'), { code: 'storage-damaged', message: /"a"/ });
  assert.deepEqual(await storage.get('b'), new Uint8Array(40).fill(3));
});

test('a damaged record that was written again since is reported as a place only', async () => {
  const { log } = await written([{ put: [['a', Buffer.alloc(40, 1)]] }, { put: [['a', Buffer.alloc(40, 2)]] }]);
  const bad = Buffer.from(log);
  bad[bad.indexOf(Buffer.alloc(40, 1))] ^= 1;
  const { values, corrupt } = await read(bad);
  assert.deepEqual(values, { a: 2 });
  assert.deepEqual(
    corrupt.map(({ key }) => /^book\.log@\d+$/.test(key)),
    [true],
  );
});

test('bytes that change after opening are noticed when they are read', async () => {
  const { log } = await written(three);
  const disk = diskWith(Buffer.from(log));
  const storage = await openFileStorage('/book', { ops: disk.ops() });
  const { bytes } = disk.names.get(LOG);
  bytes[bytes.lastIndexOf(5)] ^= 1;
  await assert.rejects(storage.get('a'), { code: 'storage-damaged' });
  const { records, corrupt } = await storage.load('');
  assert.deepEqual(records.map(([key]) => key).sort(), ['c', 'd', 'e']);
  assert.deepEqual(
    corrupt.map(({ key }) => key),
    ['a'],
  );
});

test('a damaged header lets the book be read, not written', async () => {
  const { log } = await written(three);
  const bad = Buffer.from(log);
  bad.fill(0, 0, 32);
  const { storage, values, corrupt } = await read(bad);
  assert.deepEqual([values, corrupt.length], [{ a: 5, c: 3, d: 4, e: 6 }, 1]);
  await assert.rejects(storage.lease('test'), { code: 'storage-damaged', message: /read but not written/ });
});

test('a stored copy of a book cannot pass for its frames', async () => {
  const other = await written(three);
  const { log } = await written([{ put: [['copy', other.log]] }, { put: [['z', Buffer.of(1)]] }]);
  const bad = Buffer.from(log);
  bad[bad.indexOf(other.log) + 3] ^= 1;
  const { values, corrupt } = await read(bad);
  assert.deepEqual(values, { z: 1 });
  assert.ok(corrupt.some(({ key }) => key === 'copy'));
});

test('a damaged book is not compacted by itself, and when asked for, the damaged file is kept', async () => {
  const { log } = await written([...three, { put: [['f', Buffer.alloc(40, 7)]] }]);
  const bad = Buffer.from(log);
  bad[bad.indexOf(Buffer.alloc(40, 3)) + 9] ^= 1;
  const disk = diskWith(bad);
  const storage = await openFileStorage('/book', { ops: disk.ops(), compactAbove: 100 });
  const { epoch } = await storage.lease('test');
  for (let i = 0; i < 20; i += 1)
    await storage.commit({ put: [['f', Buffer.alloc(100, i)]], del: [], expectEpoch: epoch });
  assert.equal(disk.names.get(LOG).id, 'log');
  await storage.compact();
  const kept = [...disk.names.keys()].find((name) => name.includes('.damaged-'));
  assert.equal(disk.names.get(kept).id, 'log');
  const { records, corrupt } = await (await openFileStorage('/book', { ops: disk.ops() })).load('');
  assert.deepEqual([records.map(([key]) => key).sort(), corrupt], [['a', 'd', 'e', 'f'], []]);
});

test('any number of damaged places in any order: no crash, no hang, and never a value nobody wrote', async () => {
  const random = seeded(1);
  const batches = Array.from({ length: 30 }, (_, i) => ({
    put: [
      [`k/${i % 5}`, Buffer.alloc(30 + i, i)],
      [`n/${i}`, Buffer.alloc(10, i)],
    ],
  }));
  const { log } = await written(batches);
  for (let round = 0; round < 300; round += 1) {
    const bad = Buffer.from(log);
    for (let hits = 1 + Math.floor(random() * 6); hits > 0; hits -= 1) {
      const at = 40 + Math.floor(random() * (bad.length - 40));
      const length = 1 + Math.floor(random() ** 3 * 400);
      for (let i = at; i < Math.min(bad.length, at + length); i += 1) bad[i] = Math.floor(random() * 256);
    }
    let found;
    try {
      found = await read(bad);
    } catch (error) {
      assert.equal(error.code, 'storage-damaged');
      continue;
    }
    const lost = batches.length + 5 - Object.keys(found.values).length;
    assert.ok(found.corrupt.length > 0 || lost === 0);
    for (const [key, value] of found.storage ? (await found.storage.load('')).records : []) {
      const i = key.startsWith('n/') ? Number(key.slice(2)) : value[0];
      assert.ok(
        value.every((byte) => byte === i),
        key,
      );
    }
  }
});
