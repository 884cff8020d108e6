// The same import, the engine alone: reading the drafts' JSON, writing the changes, handing over the batches.

import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';

import { drafts } from '../generate.mjs';
import { openEngine, store } from '../lib/engine.mjs';
import { Meter, peakMemory } from '../lib/measure.mjs';

const STEP = 500;

export async function run({ cards, save }) {
  const people = drafts(cards);
  const steps = [];
  for (let next = 0; next < cards; next += STEP) steps.push(JSON.stringify(people.slice(next, next + STEP)));
  const records = new Map();
  const meter = new Meter();
  let opened;
  meter.run(() => {
    opened = openEngine();
    for (const step of steps) {
      opened.engine.import(step, 'bench', 1e12);
      store(records, opened.engine.takeBatch());
    }
  });
  const { engine, memory } = opened;
  const result = { cpu: meter.cpu, wall: meter.wall, memory: memory(), rss: peakMemory() };
  if (save) {
    const rows = JSON.parse(engine.list({})).rows;
    writeFileSync(save, serialize({ records: [...records], targets: targets(engine, rows) }));
  }
  return result;
}

/** Cards to edit, spread over the whole book, each with the path of one of its addresses. */
function targets(engine, rows) {
  const every = Math.max(1, Math.floor(rows.length / 10_000));
  return rows
    .filter((_, n) => n % every === 0)
    .map(({ id }) => {
      const { fields } = JSON.parse(engine.card(id, 1e12));
      return { id, path: Object.keys(fields).find((path) => /^emails\/.*\/address$/.test(path)) };
    });
}
