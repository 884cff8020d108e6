// Prepares a merge: a second replica takes the book over the wire, then both edit the same hundredth of the cards,
// each another field, without seeing each other.

import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

import { openEngine, store } from '../lib/engine.mjs';

/** How many times over: the first ones meet code that V8 has not optimised yet. */
const FORKS = 5;

export async function run({ file, edits, among = 'targets', save }) {
  const saved = deserialize(readFileSync(file));
  const map = new Map(saved.records);
  const [one, two] = [openEngine(map).engine, openEngine().engine];
  const whole = [];
  for (let more = true; more; ) {
    const sent = one.outgoing('relay', 64);
    whole.push(...sent.chunks);
    one.acknowledge('relay', sent.upto);
    more = sent.more;
  }
  two.incoming('relay', whole, '1');
  two.takeBatch();
  const forks = [];
  for (let from = 0; from < FORKS * edits; from += edits) {
    const cards = saved[among].slice(from, from + edits);
    for (const { id, path } of cards) {
      two.edit(id, undefined, JSON.stringify({ [path]: `two-${from}@example.com` }), 1e12);
      one.edit(id, undefined, JSON.stringify({ 'name/given': `one-${from}` }), 1e12);
    }
    const sent = two.outgoing('relay', 64);
    two.acknowledge('relay', sent.upto);
    forks.push(sent.chunks);
  }
  store(map, one.takeBatch());
  writeFileSync(save, serialize({ records: [...map], forks }));
  const size = (chunks) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { whole: size(whole), wire: size(forks[0]), requests: whole.length };
}
