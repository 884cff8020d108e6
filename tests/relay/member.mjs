// A process at a shared relay folder: `push NAME COUNT` pushes numbered chunks,
// `follow COUNT` prints each chunk as it sees it until it has seen COUNT. Run
// by processes.test.mjs.
import { writeSync } from 'node:fs';
import { openFileRelay } from '../../pkg/dist/relay/file.js';
import { chunk, text } from './suite.mjs';

const [folder, role, ...rest] = process.argv.slice(2);
const relay = await openFileRelay(folder);
let cursor = null;

if (role === 'push') {
  const [name, count] = rest;
  for (let i = 1; i <= Number(count); i += 1) {
    ({ cursor } = await relay.exchange({ chunks: [chunk(`${name} ${i}`), chunk(`shared ${i}`)], cursor }));
  }
} else {
  for (let left = Number(rest[0]); left > 0; ) {
    const answer = await relay.exchange({ chunks: [], cursor, limit: 7 });
    cursor = answer.cursor;
    for (const bytes of answer.chunks) writeSync(1, `${text(bytes)}\n`);
    left -= answer.chunks.length;
    if (!answer.more) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
