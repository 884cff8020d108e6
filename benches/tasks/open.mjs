// Opening a stored book and showing its first list, through the package.

import { Meter, peakMemory } from '../lib/measure.mjs';
import { contactmesh } from '../lib/package.mjs';

export async function run({ folder, limit, readOnly = false }) {
  const { openBook, openFileStorage } = await contactmesh();
  const [open, list, load] = [new Meter(), new Meter(), new Meter()];
  const book = await open.runAsync(async () => {
    const storage = await load.runAsync(() => openFileStorage(folder));
    const records = storage.load.bind(storage);
    storage.load = (prefix) => load.runAsync(() => records(prefix));
    return openBook({ storage, readOnly });
  });
  const rows = list.run(() => book.list(limit === undefined ? {} : { limit }));
  await book.close();
  return {
    open: open.cpu,
    load: load.cpu,
    list: list.cpu,
    cpu: open.cpu + list.cpu,
    rows: rows.rows.length,
    rss: peakMemory(),
  };
}
