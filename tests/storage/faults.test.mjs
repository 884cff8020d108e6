// Every file operation of a book's life fails once, in each way a disk can
// fail; and the power is cut before every one of them. Afterwards every
// acknowledged batch is there, and the one under way is there whole or not.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeFileOps } from '../../pkg/dist/storage/file/ops.js';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { fail, SimulatedDisk, seeded } from './disk.mjs';
import { batch, judge, live, shown } from './scenario.mjs';

const BATCHES = 9;
const FOLDER = '/book';

class PowerCut extends Error {}

/** Calls `act(index)` for 0, 1, … until an index lies behind the scenario's last operation. */
async function forEveryOperation(act) {
  for (let index = 0; ; index += 1) {
    if (!(await act(index))) return index;
    assert.ok(index < 5000, 'the scenario has no end');
  }
}

/** Runs a life in which operation `index` goes wrong by `wrong(name, path, length)`. */
async function liveWith(disk, index, wrong, record, count = BATCHES) {
  let at = 0;
  let reached = false;
  const step = async (name, path, length) => {
    at += 1;
    if (at - 1 === index) {
      reached = true;
      return wrong(name, path, length);
    }
    return undefined;
  };
  try {
    await live(disk.ops(step), FOLDER, count, record);
  } catch (error) {
    record.error ??= error;
  }
  return reached;
}

const FAULTS = {
  'an I/O error': { wrong: (_name, path) => fail('EIO', path), code: 'storage-io' },
  'a full disk': { wrong: (_name, path) => fail('ENOSPC', path), code: 'storage-full' },
};

for (const [what, { wrong, code }] of Object.entries(FAULTS)) {
  test(`${what} at any one operation: no false acknowledgement, and a clear error`, async () => {
    const total = await forEveryOperation(async (index) => {
      const disk = new SimulatedDisk();
      const record = { acked: 0, begun: 0 };
      const reached = await liveWith(disk, index, wrong, record);
      const where = `operation ${index}`;
      if (record.error) {
        assert.equal(record.error.code, code, `${where}: ${record.error.stack}`);
        assert.match(record.error.message, /book/, where);
      }
      const again = { acked: record.acked, begun: record.begun, steal: true };
      await live(disk.ops(), FOLDER, 3, again);
      assert.equal(again.error, undefined, where);
      const corrupt = judge(await shown(await openFileStorage(FOLDER, { ops: disk.ops() })), again, where);
      assert.deepEqual(corrupt, [], where);
      return reached;
    });
    assert.ok(total > 100, `the scenario has only ${total} operations`);
  });
}

test('a write that ends short and then fails, at any write: as above', async () => {
  await forEveryOperation(async (index) => {
    let last = Infinity;
    const disk = new SimulatedDisk();
    const record = { acked: 0, begun: 0 };
    let at = 0;
    let cut = false;
    const step = async (name, path, length) => {
      at += 1;
      if (cut && path === last && name === 'append') fail('ENOSPC', path);
      if (at - 1 < index || cut || name !== 'append') return undefined;
      cut = true;
      last = path;
      return Math.floor(length / 2);
    };
    await live(disk.ops(step), FOLDER, BATCHES, record).catch((error) => (record.error ??= error));
    if (record.error) assert.equal(record.error.code, 'storage-full');
    const again = { acked: record.acked, begun: record.begun, steal: true };
    await live(disk.ops(), FOLDER, 3, again);
    assert.equal(again.error, undefined);
    assert.deepEqual(
      judge(await shown(await openFileStorage(FOLDER, { ops: disk.ops() })), again, `write ${index}`),
      [],
    );
    return cut;
  });
});

test('writes that end short, but go on, lose nothing', async () => {
  const disk = new SimulatedDisk();
  const record = { acked: 0, begun: 0 };
  await live(
    disk.ops(async (name, _path, length) => (name === 'append' ? Math.ceil(length / 3) : undefined)),
    FOLDER,
    BATCHES,
    record,
  );
  assert.deepEqual([record.error, record.acked], [undefined, BATCHES]);
  assert.deepEqual(await shown(await openFileStorage(FOLDER, { ops: disk.ops() })), { n: BATCHES, corrupt: [] });
});

test('after a failed write the store can be read, not written, until it is opened again', async () => {
  const disk = new SimulatedDisk();
  let failing = '';
  const ops = disk.ops(async (name, path) =>
    name === failing ? fail(name === 'append' ? 'ENOSPC' : 'EIO', path) : undefined,
  );
  for (const [operation, code] of [
    ['append', 'storage-full'],
    ['datasync', 'storage-io'],
  ]) {
    const storage = await openFileStorage(FOLDER, { ops });
    const { epoch } = await storage.lease('test');
    await storage.commit({ ...batch(1), expectEpoch: epoch });
    failing = operation;
    const results = await Promise.allSettled([2, 3].map((n) => storage.commit({ ...batch(n), expectEpoch: epoch })));
    failing = '';
    assert.deepEqual(
      results.map(({ reason }) => reason.code),
      [code, code],
    );
    assert.match(results[1].reason.message, /read-only since an earlier failure/);
    await assert.rejects(storage.commit({ ...batch(4), expectEpoch: epoch }), { code });
    await assert.rejects(storage.lease('test'), { code });
    await assert.rejects(storage.compact(), { code });
    assert.equal(storage.failure.code, code);
    assert.equal((await shown(storage)).n, 1);
    await storage.close();
    const again = await openFileStorage(FOLDER, { ops });
    const lease = await again.lease('test');
    await again.commit({ ...batch(1), del: ['slot/2', 'slot/3', 'slot/0'], expectEpoch: lease.epoch });
    await again.close();
  }
});

test('a compaction for which there is no room is given up, and the book goes on', async () => {
  const disk = new SimulatedDisk();
  const ops = disk.ops(async (name, path) =>
    name === 'append' && path.includes('.new-') && disk.names.has('/book/book.log') ? fail('ENOSPC', path) : undefined,
  );
  const storage = await openFileStorage(FOLDER, { ops, compactAbove: 500 });
  const { epoch } = await storage.lease('test');
  for (let n = 1; n <= 30; n += 1) await storage.commit({ ...batch(n), expectEpoch: epoch });
  await assert.rejects(storage.compact(), { code: 'storage-full' });
  assert.equal(storage.compactionFailure.code, 'storage-full');
  await storage.commit({ ...batch(31), expectEpoch: epoch });
  await storage.close();
  assert.deepEqual(await shown(await openFileStorage(FOLDER, { ops: disk.ops() })), { n: 31, corrupt: [] });
  assert.deepEqual([...disk.names.keys()], ['/book/book.log']);
});

test('a compaction that reads back other bytes than it wrote changes nothing', async () => {
  const disk = new SimulatedDisk();
  const ops = disk.ops(async (name, path) => {
    if (name !== 'read' || !path.includes('.new-')) return;
    const inode = disk.names.get(path);
    inode.bytes = Buffer.from(inode.bytes);
    inode.bytes[inode.bytes.length - 5] ^= 1;
  });
  const storage = await openFileStorage(FOLDER, { ops });
  const { epoch } = await storage.lease('test');
  for (let n = 1; n <= 5; n += 1) await storage.commit({ ...batch(n), expectEpoch: epoch });
  await assert.rejects(storage.compact(), { code: 'storage-damaged', message: /The old one stays in use/ });
  await storage.commit({ ...batch(6), expectEpoch: epoch });
  assert.deepEqual(await shown(await openFileStorage(FOLDER, { ops: disk.ops() })), { n: 6, corrupt: [] });
});

/** Cuts the power before every operation, on a disk seen through `spoil`. */
async function cutEverywhere(spoil) {
  const random = seeded(7);
  await forEveryOperation(async (index) => {
    let reached = false;
    for (const mode of ['lose', 'keep', 'mix', 'mix', 'mix']) {
      const disk = new SimulatedDisk();
      const record = { acked: 0, begun: 0 };
      let at = 0;
      const step = async (name, _path, length) => {
        at += 1;
        if (at - 1 === index && name === 'append') return Math.floor(length * random());
        if (at > index) throw new PowerCut();
        return undefined;
      };
      await live(spoil(disk.ops(step)), FOLDER, BATCHES, record).catch(() => {});
      reached ||= at > index;
      const after = disk.crash(mode, random);
      const where = `operation ${index}, ${mode}`;
      const again = { acked: record.acked, begun: record.begun, steal: true };
      judge(await shown(await openFileStorage(FOLDER, { ops: after.ops() })), record, where);
      await live(after.ops(), FOLDER, 3, again);
      assert.equal(again.error, undefined, where);
      judge(await shown(await openFileStorage(FOLDER, { ops: after.ops() })), again, where);
    }
    return reached;
  });
}

test('the power cut before any operation: every acknowledged batch is there, whole', async () => {
  await cutEverywhere((ops) => ops);
});

/** Disks that say "synced" and did nothing, for some of the files. */
function forgetful(forgets) {
  return (ops) => ({
    ...ops,
    async open(path, mode) {
      const file = await ops.open(path, mode);
      return forgets(path) ? { ...file, datasync: async () => {} } : file;
    },
    syncFolder: async (path) => (forgets(path) ? undefined : ops.syncFolder(path)),
  });
}

const FORGETFUL = {
  'a batch': [(path) => path.endsWith('book.log'), { message: /was acknowledged, the book shows/ }],
  'a new log': [(path) => path.includes('.new-'), { code: 'storage-damaged' }],
  'the names in the folder': [(path) => path === FOLDER, { message: /was acknowledged, the book shows/ }],
};
for (const [what, [forgets, caught]] of Object.entries(FORGETFUL)) {
  test(`the simulated disk catches a store that does not sync ${what}`, async () => {
    await assert.rejects(cutEverywhere(forgetful(forgets)), caught);
  });
}

test('on a real disk, an I/O error at any one operation: every acknowledged batch is there', async () => {
  await forEveryOperation(async (index) => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-faults-'));
    let at = 0;
    const step = (path) => {
      at += 1;
      if (at - 1 === index) fail('EIO', path);
    };
    const wrap = (target, path) =>
      Object.fromEntries(
        Object.entries(target).map(([name, work]) => [
          name,
          async (...args) => {
            if (name === 'close') await work();
            step(path ?? args[0]);
            const result = name === 'close' ? undefined : await work(...args);
            return name === 'open' ? wrap(result, args[0]) : result;
          },
        ]),
      );
    const ops = wrap(nodeFileOps);
    const record = { acked: 0, begun: 0 };
    await live(ops, folder, 5, record).catch((error) => (record.error ??= error));
    if (record.error) assert.equal(record.error.code, 'storage-io');
    const again = { acked: record.acked, begun: record.begun, steal: true };
    await live(nodeFileOps, folder, 2, again);
    assert.equal(again.error, undefined);
    const reader = await openFileStorage(folder);
    assert.deepEqual(judge(await shown(reader), again, `operation ${index}`), []);
    await reader.close();
    await rm(folder, { recursive: true });
    return at > index;
  });
});
