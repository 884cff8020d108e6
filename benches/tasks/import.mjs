// A first import through the package, into a store in a folder: everything from opening the empty book to the last
// durable step, the commits also by themselves.

import { statSync } from 'node:fs';
import { join } from 'node:path';

import { drafts } from '../generate.mjs';
import { Meter, peakMemory } from '../lib/measure.mjs';
import { contactmesh } from '../lib/package.mjs';

export async function run({ cards, folder }) {
  const { openBook, openFileStorage } = await contactmesh();
  const people = drafts(cards);
  const [all, commits] = [new Meter(), new Meter()];
  let steps = 0;
  await all.runAsync(async () => {
    const storage = await openFileStorage(folder);
    const commit = storage.commit.bind(storage);
    storage.commit = (batch) => commits.runAsync(() => commit(batch));
    const book = await openBook({ storage });
    await book.import(people, {
      run: 'bench',
      onProgress: () => {
        steps += 1;
      },
    });
    await book.close();
  });
  const bytes = statSync(join(folder, 'book.log')).size;
  return {
    cpu: all.cpu,
    wall: all.wall,
    commitCpu: commits.cpu,
    commitWall: commits.wall,
    steps,
    bytes,
    rss: peakMemory(),
  };
}
