// One run with a mailbox; the first one connects it. Only the run is timed. Commits are those of the store.

import { Meter } from '../lib/measure.mjs';
import { contactmesh } from '../lib/package.mjs';

export async function run({ folder, pull, apply, audit = false }) {
  const { openBook, openFileStorage, openSystemFlows } = await contactmesh();
  const storage = await openFileStorage(folder);
  const count = { commits: 0 };
  const commit = storage.commit.bind(storage);
  storage.commit = (batch) => {
    count.commits += 1;
    return commit(batch);
  };
  const book = await openBook({ storage });
  const { systems } = book;
  // So that rows are listed when it is asked for, and not else.
  if (systems.list().length === 0)
    await systems.connect('outlook', { kind: 'outlook', book: 'bench', auditEvery: 1000 });
  const flows = await openSystemFlows({ pull, apply });
  const before = { changes: book.status().changes, commits: count.commits };
  const meter = new Meter();
  const report = await meter.runAsync(() => systems.sync('outlook', flows, { audit }));
  const changes = book.status().changes - before.changes;
  await book.close();
  const { created, read, judged } = report;
  return { cpu: meter.cpu, wall: meter.wall, created, read, judged, changes, commits: count.commits - before.commits };
}
