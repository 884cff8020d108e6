// Taking in the edits of another replica, made without seeing those of this one: the engine alone, incoming and
// takeBatch. The first hundredth meets code that never ran, the second one is of other cards again.

import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';

import { openEngine } from '../lib/engine.mjs';
import { Meter } from '../lib/measure.mjs';

export async function run({ file }) {
  const { records, forks } = deserialize(readFileSync(file));
  const { engine } = openEngine(records);
  engine.list({ limit: 200 });
  const [cold, warm] = forks.map((chunks, n) => {
    const meter = new Meter();
    const { accepted } = meter.run(() => {
      const received = engine.incoming('relay', chunks, String(n));
      engine.takeBatch();
      return received;
    });
    return { cpu: meter.cpu, wall: meter.wall, accepted };
  });
  return { cold, warm };
}
