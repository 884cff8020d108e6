// Prepares cards with a long history: 100 cards of a saved book, each edited so many times, under one writer lease or
// under twenty.

import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

import { openEngine, store } from '../lib/engine.mjs';

const CARDS = 100;

export async function run({ file, edits, leases, save }) {
  const { records, targets } = deserialize(readFileSync(file));
  const map = new Map(records);
  const old = targets.slice(0, Math.min(CARDS, targets.length / 2));
  let { engine } = openEngine(map);
  for (let n = 0; n < edits; n += 1) {
    if (n > 0 && n % Math.ceil(edits / leases) === 0) ({ engine } = openEngine(map));
    for (const { id } of old) engine.edit(id, undefined, JSON.stringify({ 'name/given': `h${n}` }), 1e12 + n);
    store(map, engine.takeBatch());
  }
  const joined = engine.compact();
  if (joined) store(map, joined);
  writeFileSync(save, serialize({ records: [...map], targets: targets.slice(old.length), old }));
  return { records: map.size };
}
