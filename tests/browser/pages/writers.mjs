// Two writers that go on until somebody kills the browser. Each tells Node, through `acknowledged`,
// what it was promised to be durable, and never before.

import { openIndexedDbStorage, openSharedBook } from '/pkg/dist/index.js';

/** Commits whose parts belong together: a counter, a record per commit, and a large value twice. */
export async function writeCommits(name) {
  const storage = await openIndexedDbStorage(name);
  const { epoch } = await storage.lease('writer');
  for (let n = numberIn(await storage.get('last')) + 1; ; n += 1) {
    const large = new Uint8Array(100_000);
    crypto.getRandomValues(large.subarray(0, 60_000));
    const put = [
      ['last', new TextEncoder().encode(String(n))],
      [`n/${n}`, Uint8Array.of()],
      ['pair/a', large],
      ['pair/b', large],
    ];
    await storage.commit({ put, del: [], expectEpoch: epoch });
    globalThis.acknowledged('commit', n);
  }
}

export async function writeCards(book) {
  const shared = await openSharedBook({ book, name: 'Writer' });
  for (let n = 0; ; n += 1) {
    const { id } = await shared.create({ 'name/given': `Person ${n}` });
    globalThis.acknowledged('card', id);
  }
}

/** What the kill left, for Node to compare. */
export async function readBack(name, book) {
  const storage = await openIndexedDbStorage(name);
  const { records, corrupt } = await storage.load('');
  const all = new Map(records);
  const same = String(all.get('pair/a')) === String(all.get('pair/b'));
  const { epoch } = await storage.lease('reader');
  await storage.close();
  const shared = await openSharedBook({ book });
  const { rows } = await shared.list({ limit: 100_000 });
  const { damage } = await shared.status();
  await shared.close();
  return {
    last: numberIn(all.get('last')),
    commits: records.filter(([key]) => key.startsWith('n/')).length,
    same,
    corrupt: [...corrupt, ...damage],
    epoch,
    ids: rows.map(({ id }) => id),
  };
}

function numberIn(bytes) {
  return bytes === undefined ? 0 : Number(new TextDecoder().decode(bytes));
}
