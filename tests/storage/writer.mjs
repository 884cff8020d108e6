// A process that writes numbered batches into the book in the folder it is
// given, and prints each number once it is acknowledged. Run by
// processes.test.mjs, which kills it. `hold` only takes the lease and waits.
import { writeSync } from 'node:fs';
import { openFileStorage } from '../../pkg/dist/storage/file.js';
import { batch, shown } from './scenario.mjs';

const [folder, mode] = process.argv.slice(2);
const say = (line) => writeSync(1, `${line}\n`);

const storage = await openFileStorage(folder, { compactAbove: 3000 });
let epoch;
try {
  ({ epoch } = await storage.lease('writer'));
} catch (error) {
  say(`refused ${error.code} ${error.message}`);
  process.exit(3);
}
say(`holds ${epoch}`);
if (mode === 'hold') setInterval(() => {}, 1000);
else {
  const { n } = await shown(storage);
  for (let i = n + 1; ; i += 1) {
    await storage.commit({ ...batch(i, 200), expectEpoch: epoch });
    say(`acked ${i}`);
  }
}
