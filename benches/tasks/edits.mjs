// Single edits through the package, durable one by one; the commit also by itself.

import { cpSync, rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import { Meter } from '../lib/measure.mjs';
import { contactmesh } from '../lib/package.mjs';

export async function run({ folder, count }) {
  const copy = `${folder}-edits`;
  cpSync(folder, copy, { recursive: true });
  const { openBook, openFileStorage } = await contactmesh();
  const storage = await openFileStorage(copy);
  const [all, commits] = [new Meter(), new Meter()];
  const commit = storage.commit.bind(storage);
  let waited = 0;
  storage.commit = (batch) =>
    commits.runAsync(async () => {
      const started = performance.now();
      await commit(batch);
      waited = performance.now() - started;
    });
  const book = await openBook({ storage });
  const { rows } = book.list({ limit: count });
  const [edits, waits] = [[], []];
  commits.cpu = 0;
  for (const [n, { id }] of rows.entries()) {
    const started = performance.now();
    await all.runAsync(() => book.edit(id, { 'name/given': `p${n}` }));
    edits.push(performance.now() - started);
    waits.push(waited);
  }
  await book.close();
  rmSync(copy, { recursive: true });
  return { edits, waits, cpu: all.cpu / rows.length, commitCpu: commits.cpu / rows.length };
}
