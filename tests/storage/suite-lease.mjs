// The part of the storage suite that is about the right to write: who may, who
// may no longer, and that nobody is misled about it. Run by promises.mjs.

const bytes = (...values) => Uint8Array.from(values);

export function leasePromises(promise, contents, assert) {
  promise('without a lease, or under another epoch, nothing is written', async ({ open }) => {
    const storage = await open();
    const batch = (expectEpoch) => ({ put: [['a', bytes(1)]], del: [], expectEpoch });
    await assert.rejects(storage.commit(batch(1)), { code: 'storage-fenced' });
    const { epoch } = await storage.lease('test');
    await assert.rejects(storage.commit(batch(epoch - 1)), { code: 'storage-fenced' });
    await assert.rejects(storage.commit(batch(epoch + 1)), { code: 'storage-fenced' });
    assert.deepEqual(await contents(await open()), []);
    await storage.commit(batch(epoch));
    assert.deepEqual(await contents(await open()), [['a', [1]]]);
  });

  promise('one store at a time holds the lease, and the refusal names the holder', async ({ open }) => {
    const [one, two] = [await open(), await open()];
    const lease = await one.lease('the first');
    await assert.rejects(two.lease('the second'), { code: 'storage-locked', message: /the first/ });
    await assert.rejects(one.lease('again'), { code: 'storage-locked' });
    await one.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: lease.epoch });
    await lease.release();
    await lease.release();
    await assert.rejects(one.commit({ put: [['a', bytes(2)]], del: [], expectEpoch: lease.epoch }), {
      code: 'storage-fenced',
    });
    const next = await two.lease('the second');
    assert.ok(next.epoch > lease.epoch);
    assert.deepEqual(await contents(two), [['a', [1]]]);
  });

  promise('a release by a former holder leaves the new one alone', async ({ open }) => {
    const [one, two, three] = [await open(), await open(), await open()];
    const old = await one.lease('one');
    const { epoch } = await two.lease('two', { steal: true });
    await old.release();
    await one.close();
    await assert.rejects(three.lease('three'), { code: 'storage-locked', message: /two/ });
    await two.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: epoch });
  });

  promise('a writer whose lease was taken over is fenced, and can take it again', async ({ open }) => {
    const [one, two] = [await open(), await open()];
    const old = await one.lease('one');
    await one.commit({ put: [['a', bytes(1)]], del: [], expectEpoch: old.epoch });
    const { epoch } = await two.lease('two', { steal: true });
    assert.ok(epoch > old.epoch);
    assert.deepEqual(await contents(two), [['a', [1]]]);
    await two.commit({ put: [['b', bytes(2)]], del: [], expectEpoch: epoch });
    for (const value of [8, 9]) {
      await assert.rejects(one.commit({ put: [['a', bytes(value)]], del: ['b'], expectEpoch: old.epoch }), {
        code: 'storage-fenced',
      });
    }
    await two.commit({ put: [['c', bytes(3)]], del: [], expectEpoch: epoch });
    const expected = [
      ['a', [1]],
      ['b', [2]],
      ['c', [3]],
    ];
    assert.deepEqual(await contents(two), expected);
    assert.deepEqual(await contents(await open()), expected);
    await two.close();
    const third = await one.lease('one');
    assert.ok(third.epoch > epoch);
    assert.deepEqual(await contents(one), expected);
    await one.commit({ put: [], del: ['a'], expectEpoch: third.epoch });
    assert.deepEqual(await contents(await open()), expected.slice(1));
  });
}
