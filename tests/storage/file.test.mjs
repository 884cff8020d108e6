// The store in a folder of files: the acceptance suite on a real disk, and what
// is particular to files: foreign and newer ones, compaction, its trigger.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeHeader } from '../../pkg/dist/storage/file/format.js';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { contents, runStorageSuite } from './suite.mjs';

async function temporaryFolder() {
  return mkdtemp(join(tmpdir(), 'contactmesh-storage-'));
}

runStorageSuite('file', async () => {
  const folder = await temporaryFolder();
  const opened = [];
  return {
    async open() {
      const storage = await openFileStorage(join(folder, 'a', 'book'));
      opened.push(storage);
      return storage;
    },
    async cleanup() {
      for (const storage of opened) await storage.close();
      await rm(folder, { recursive: true });
    },
  };
});

/** A test with a folder of its own; stores opened through `open` are closed. */
function promise(title, body) {
  test(`file: ${title}`, async () => {
    const folder = await temporaryFolder();
    const opened = [];
    const open = async (options) => {
      const storage = await openFileStorage(folder, options);
      opened.push(storage);
      return storage;
    };
    try {
      await body({ folder, log: join(folder, 'book.log'), open });
    } finally {
      for (const storage of opened) await storage.close();
      await rm(folder, { recursive: true });
    }
  });
}

promise('opening and reading creates nothing', async ({ folder, open }) => {
  const storage = await open();
  await storage.load('');
  await storage.close();
  assert.deepEqual(await readdir(folder), []);
});

const FOREIGN = {
  'a JPEG': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5000, 7)]),
  'a text': Buffer.from('dear diary, '.repeat(100)),
  'a short text': Buffer.from('hello'),
  'an address book': Buffer.from('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Example\r\nEND:VCARD\r\n'),
  zeros: Buffer.alloc(4096),
};
for (const [what, bytes] of Object.entries(FOREIGN)) {
  promise(`${what} named book.log is refused and left as it is`, async ({ folder, log, open }) => {
    await writeFile(log, bytes);
    await assert.rejects(open(), { code: 'storage-foreign', message: /not a contactmesh book/ });
    assert.ok((await readFile(log)).equals(bytes));
    assert.deepEqual(await readdir(folder), ['book.log']);
  });
}

promise('a foreign file that appears between open and lease is refused and left as it is', async ({ log, open }) => {
  const storage = await open();
  await writeFile(log, FOREIGN['a text']);
  await assert.rejects(storage.lease('test'), { code: 'storage-foreign' });
  assert.ok((await readFile(log)).equals(FOREIGN['a text']));
});

promise('a newer format is refused with the advice to update, and left as it is', async ({ log, open }) => {
  const bytes = Buffer.concat([encodeHeader(Buffer.alloc(8, 5), 2), Buffer.alloc(1000, 1)]);
  await writeFile(log, bytes);
  await assert.rejects(open(), { code: 'storage-newer', message: /update contactmesh/ });
  assert.ok((await readFile(log)).equals(bytes));
});

promise('an empty file and a cut header are called damaged, not foreign', async ({ log, open }) => {
  for (const length of [0, 1, 8, 31]) {
    await writeFile(log, encodeHeader(Buffer.alloc(8, 5)).subarray(0, length));
    await assert.rejects(open(), { code: 'storage-damaged', message: /book\.log\.previous/ });
  }
});

promise('a folder that is a file, and a log that is a folder, give an error that says so', async ({ folder, log }) => {
  await writeFile(join(folder, 'plain'), 'x');
  await assert.rejects(openFileStorage(join(folder, 'plain')), {
    code: 'storage-io',
    message: /choose another folder/,
  });
  await mkdir(log);
  await assert.rejects(openFileStorage(folder), { code: 'storage-io', message: /choose another folder/ });
});

promise(
  'compaction keeps every record, drops what is dead and keeps the generation before',
  async ({ folder, log, open }) => {
    const storage = await open();
    const { epoch } = await storage.lease('test');
    for (let i = 0; i < 60; i += 1) {
      await storage.commit({
        put: [
          [`k/${i % 7}`, Buffer.alloc(3000, i)],
          ['empty', Buffer.alloc(0)],
        ],
        del: [`k/${(i + 3) % 7}`],
        expectEpoch: epoch,
      });
    }
    const before = await contents(storage);
    const size = (await stat(log)).size;
    await storage.compact();
    assert.ok((await stat(log)).size < size / 5);
    assert.equal((await stat(`${log}.previous`)).size, size);
    assert.deepEqual(await contents(storage), before);
    assert.deepEqual(await contents(await open()), before);
    await storage.commit({ put: [['after', Buffer.of(1)]], del: [], expectEpoch: epoch });
    await storage.compact();
    await storage.compact();
    assert.deepEqual(await contents(await open()), [['after', [1]], ...before]);
    assert.deepEqual((await readdir(folder)).sort(), ['book.lease-1', 'book.log', 'book.log.previous']);
  },
);

promise('the generation before, put back by hand, opens as a book', async ({ log, open }) => {
  const storage = await open();
  const { epoch } = await storage.lease('test');
  await storage.commit({ put: [['a', Buffer.of(1)]], del: [], expectEpoch: epoch });
  await storage.compact();
  await storage.commit({ put: [['b', Buffer.of(2)]], del: [], expectEpoch: epoch });
  await storage.close();
  await copyFile(`${log}.previous`, log);
  assert.deepEqual(await contents(await open()), [['a', [1]]]);
});

promise(
  'compaction happens by itself when most of the log is dead, and a reader stays undisturbed',
  async ({ log, open }) => {
    const storage = await open({ compactAbove: 20_000 });
    const { epoch } = await storage.lease('test');
    let reader;
    let seen;
    for (let i = 0; i < 200; i += 1) {
      await storage.commit({
        put: [
          ['k', Buffer.alloc(1000, i)],
          [`n/${i % 5}`, Buffer.of(i)],
        ],
        del: [],
        expectEpoch: epoch,
      });
      if (i === 10) {
        reader = await open();
        seen = await contents(reader);
      }
    }
    await storage.close();
    assert.ok((await stat(log)).size < 45_000);
    assert.deepEqual(await contents(reader), seen);
    const expected = [['k', Array(1000).fill(199)], ...[195, 196, 197, 198, 199].map((i) => [`n/${i % 5}`, [i]])];
    assert.deepEqual(await contents(await open()), expected);
  },
);

promise('reads begun before a compaction are answered from the old file', async ({ open }) => {
  const storage = await open();
  const { epoch } = await storage.lease('test');
  const put = Array.from({ length: 100 }, (_, i) => [`k/${i}`, Buffer.alloc(500, i)]);
  await storage.commit({ put, del: [], expectEpoch: epoch });
  const compacted = storage.compact();
  const reads = [];
  for (let round = 0; round < 20; round += 1) {
    for (let i = 0; i < 100; i += 9) reads.push(storage.get(`k/${i}`).then((value) => assert.equal(value[499], i)));
    reads.push(contents(storage).then((all) => assert.equal(all.length, 100)));
    await new Promise(setImmediate);
  }
  await Promise.all([compacted, ...reads]);
});

promise('what cannot be written as one batch is refused before anything is written', async ({ open }) => {
  const storage = await open();
  const { epoch } = await storage.lease('test');
  const half = new Uint8Array(2 ** 29);
  await assert.rejects(
    storage.commit({
      put: [
        ['a', half],
        ['b', half],
      ],
      del: [],
      expectEpoch: epoch,
    }),
    { code: 'storage-too-large' },
  );
  await storage.commit({ put: [['a', Buffer.of(1)]], del: [], expectEpoch: epoch });
  assert.deepEqual(await contents(await open()), [['a', [1]]]);
});
