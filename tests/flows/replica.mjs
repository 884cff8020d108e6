// A replica in a process of its own: makes cards, says each one once it is durable, and syncs through
// the flow; then again, until it is killed. Run by kill.test.mjs.
import { writeSync } from 'node:fs';
import { openBook, openFileStorage, openFlowRelay } from '../../pkg/dist/node.js';

const [folder, url] = process.argv.slice(2);
const book = await openBook({ storage: await openFileStorage(folder) });
const relay = await openFlowRelay({ url, book: 'contacts' });

for (let n = 0; ; n += 1) {
  for (let i = 0; i < 3; i += 1) {
    const { id } = await book.create({ 'name/given': `Person ${process.pid} ${n} ${i}` });
    writeSync(1, `${id}\n`);
  }
  await book.sync(relay, { name: 'flow' });
}
