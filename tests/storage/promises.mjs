// The acceptance suite of the storage port, for whatever runs it: `tools` are
// `{ assert, describe, it }`, Node's own or those of a page in a browser. What
// it promises is in js/storage/port.ts. It knows no adapter: `setup` answers
// `{ open, cleanup }`, where `open()` opens the same store again and again, and
// an open store may be left behind without close(), as a crash would.
import { leasePromises } from './suite-lease.mjs';

const bytes = (...values) => Uint8Array.from(values);
const text = (value) => new TextEncoder().encode(value);

/** Everything under a prefix, as a sorted array of plain pairs. */
export async function contentsOf(storage, prefix, assert) {
  const { records, corrupt } = await storage.load(prefix);
  assert.deepEqual(corrupt, []);
  return records.map(([key, value]) => [key, [...value]]).sort(([a], [b]) => (a < b ? -1 : 1));
}

const same = (one, two) => one.length === two.length && one.every((byte, i) => byte === two[i]);

export function storagePromises(name, setup, { assert, describe, it }) {
  const contents = (storage, prefix = '') => contentsOf(storage, prefix, assert);
  const promise = (title, body) =>
    it(title, async () => {
      const store = await setup();
      try {
        await body(store);
      } finally {
        await store.cleanup();
      }
    });

  describe(`storage: ${name}`, () => {
    promise('a store that does not exist yet is empty', async ({ open }) => {
      const storage = await open();
      assert.deepEqual(await contents(storage), []);
      assert.equal(await storage.get('a'), undefined);
    });

    promise('an acknowledged commit is there after the store is left behind', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      await storage.commit({
        put: [
          ['a', bytes(1)],
          ['b', bytes(2, 3)],
        ],
        del: [],
        expectEpoch: epoch,
      });
      await storage.commit({ put: [['c', bytes(4)]], del: ['a'], expectEpoch: epoch });
      const again = await open();
      assert.deepEqual(await contents(again), [
        ['b', [2, 3]],
        ['c', [4]],
      ]);
      assert.deepEqual(await contents(storage), await contents(again));
    });

    promise('a closed store can be opened and written again, under a higher epoch', async ({ open }) => {
      const first = await open();
      const lease = await first.lease('one');
      await first.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: lease.epoch });
      await first.close();
      const second = await open();
      const next = await second.lease('two');
      assert.ok(next.epoch > lease.epoch);
      await second.commit({ put: [['b', bytes(2)]], del: [], expectEpoch: next.epoch });
      assert.deepEqual(await contents(await open()), [
        ['a', [1]],
        ['b', [2]],
      ]);
    });

    promise('a batch deletes before it puts, and the last put of a key wins', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      await storage.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: epoch });
      await storage.commit({
        put: [
          ['a', bytes(2)],
          ['a', bytes(3)],
        ],
        del: ['a', 'never there'],
        expectEpoch: epoch,
      });
      assert.deepEqual(await contents(await open()), [['a', [3]]]);
    });

    promise('the same batch twice changes nothing', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const batch = {
        put: [
          ['a', bytes(1)],
          ['b', bytes(2)],
        ],
        del: ['c'],
        expectEpoch: epoch,
      };
      await storage.commit(batch);
      await storage.commit(batch);
      assert.deepEqual(await contents(await open()), [
        ['a', [1]],
        ['b', [2]],
      ]);
    });

    promise('an empty batch is acknowledged', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      await storage.commit({ put: [], del: [], expectEpoch: epoch });
      assert.deepEqual(await contents(await open()), []);
    });

    promise('load answers the records whose key begins with the prefix, and no others', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const put = ['pack/1', 'pack/2', 'pack', 'packs/1', 'summary/1', 'PACK/1'].map((key) => [key, text(key)]);
      await storage.commit({ put, del: [], expectEpoch: epoch });
      const keys = async (prefix) => (await contents(storage, prefix)).map(([key]) => key);
      assert.deepEqual(await keys('pack/'), ['pack/1', 'pack/2']);
      assert.deepEqual(await keys('pack'), ['pack', 'pack/1', 'pack/2', 'packs/1']);
      assert.deepEqual(await keys('nothing'), []);
      assert.equal((await keys('')).length, 6);
    });

    promise('get reads one record on demand, also among many', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const put = Array.from({ length: 1000 }, (_, i) => [`blob/${i}`, text(`value ${i}`)]);
      await storage.commit({ put, del: [], expectEpoch: epoch });
      const again = await open();
      for (const i of [0, 499, 999]) assert.deepEqual(await again.get(`blob/${i}`), text(`value ${i}`));
      assert.equal(await again.get('blob/1000'), undefined);
      assert.equal(await again.get('blob/'), undefined);
    });

    promise('a value of 5 MB and an empty one come back as they were', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const big = new Uint8Array(5 * 1024 * 1024);
      for (let i = 0; i < big.length; i += 1) big[i] = (i * 2654435761) >>> 24;
      await storage.commit({
        put: [
          ['big', big],
          ['empty', bytes()],
        ],
        del: [],
        expectEpoch: epoch,
      });
      const again = await open();
      assert.ok(same(await again.get('big'), big));
      assert.deepEqual(await again.get('empty'), bytes());
      const { records } = await again.load('');
      assert.ok(same(new Map(records).get('big'), big));
      assert.equal(new Map(records).get('empty').length, 0);
    });

    promise('any well-formed key and any bytes come back as they were', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const keys = [
        '\u0000',
        'a\u0000b',
        '../up',
        'a/b',
        'ä',
        'a\u0308',
        '😀',
        '__proto__',
        'constructor',
        'line\nbreak',
        'x'.repeat(1024),
      ];
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      await storage.commit({ put: keys.map((key) => [key, all]), del: [], expectEpoch: epoch });
      const again = await open();
      assert.deepEqual((await again.load('')).records.map(([key]) => key).sort(), [...keys].sort());
      for (const key of keys) assert.deepEqual(await again.get(key), all);
      await storage.commit({ put: [], del: keys, expectEpoch: epoch });
      assert.deepEqual(await contents(await open()), []);
    });

    promise('what cannot be a key is refused, and the store goes on', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      for (const key of ['', 'x'.repeat(1025), '\ud800', undefined, 7]) {
        await assert.rejects(storage.commit({ put: [[key, bytes(1)]], del: [], expectEpoch: epoch }), TypeError);
        await assert.rejects(storage.commit({ put: [], del: [key], expectEpoch: epoch }), TypeError);
      }
      await storage.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: epoch });
      assert.deepEqual(await contents(await open()), [['a', [1]]]);
    });

    promise('bytes are taken when commit is called, and handed out as copies', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const value = bytes(1, 2, 3);
      const done = storage.commit({ put: [['a', value]], del: [], expectEpoch: epoch });
      value.fill(9);
      await done;
      (await storage.get('a')).fill(8);
      for (const [, read] of (await storage.load('')).records) read.fill(7);
      assert.deepEqual(await storage.get('a'), bytes(1, 2, 3));
    });

    promise('commits made at once take effect in the order of the calls', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const acks = [];
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          storage
            .commit({
              put: [
                ['last', bytes(i)],
                [`n/${i}`, bytes(i)],
              ],
              del: [`n/${i - 1}`],
              expectEpoch: epoch,
            })
            .then(() => acks.push(i)),
        ),
      );
      assert.deepEqual(
        acks,
        Array.from({ length: 50 }, (_, i) => i),
      );
      assert.deepEqual(await contents(await open()), [
        ['last', [49]],
        ['n/49', [49]],
      ]);
    });

    leasePromises(promise, contents, assert);

    promise('close waits for what was begun; afterwards everything is refused', async ({ open }) => {
      const storage = await open();
      const { epoch } = await storage.lease('test');
      const done = storage.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: epoch });
      await storage.close();
      await done;
      await storage.close();
      const closed = { code: 'storage-closed' };
      await assert.rejects(storage.commit({ put: [], del: [], expectEpoch: epoch }), closed);
      await assert.rejects(storage.load(''), closed);
      await assert.rejects(storage.get('a'), closed);
      await assert.rejects(storage.lease('test'), closed);
      assert.deepEqual(await contents(await open()), [['a', [1]]]);
    });
  });
}
