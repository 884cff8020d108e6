// Single edits with their change sets, each of a card that nobody touched since the book was opened: the engine
// alone, edit and takeBatch together. On a busy machine the wall clock of the slowest ones counts other processes, and
// the CPU time counts this one's other threads; the call itself took neither more than the one nor than the other.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { deserialize } from 'node:v8';

import { openEngine } from '../lib/engine.mjs';

export async function run({ file, warmup, count, among = 'targets', same = false }) {
  const saved = deserialize(readFileSync(file));
  const { engine } = openEngine(saved.records);
  engine.list({ limit: 200 });
  // The last ones: the first ones may be old cards.
  const first = edit(engine, saved.targets.slice(-warmup), 'w');
  const chosen = among === 'targets' ? saved.targets : saved[among];
  const cards = same ? Array(count).fill(chosen[0]) : chosen.slice(0, count);
  return { first, samples: edit(engine, cards, 'e') };
}

function edit(engine, cards, word) {
  return cards.map(({ id, path }, n) => {
    const fields = JSON.stringify(n % 2 ? { 'name/given': `${word}${n}` } : { [path]: `${word}${n}@example.com` });
    const cpu = process.cpuUsage();
    const started = performance.now();
    engine.edit(id, undefined, fields, 1e12 + n);
    engine.takeBatch();
    const wall = performance.now() - started;
    const used = process.cpuUsage(cpu);
    // The call took at most the time that passed, and at most the time that this process computed.
    return { wall, best: Math.min(wall, (used.user + used.system) / 1000) };
  });
}
