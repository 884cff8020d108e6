// Prepares merges: a second replica takes the book over the wire, then edits so many cards, so many times over other
// ones; the first replica edits the same cards without seeing that, each in another field, unless told not to.

import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

import { openEngine, store } from '../lib/engine.mjs';

export async function run({ file, edits, times, among = 'targets', concurrent = true, save }) {
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
  for (let from = 0; from < times * edits; from += edits) {
    const cards = saved[among].slice(from, from + edits);
    for (const { id, path } of cards) {
      two.edit(id, undefined, JSON.stringify({ [path]: `two-${from}@example.com` }), 1e12);
      if (concurrent) one.edit(id, undefined, JSON.stringify({ 'name/given': `one-${from}` }), 1e12);
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
