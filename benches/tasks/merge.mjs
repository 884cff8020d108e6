// Taking in the edits of another replica, made without seeing those of this one: the engine alone, incoming and
// takeBatch. Each merge is of other cards. The first one meets code that never ran; in the last ones V8 has optimised it.

import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';

import { openEngine } from '../lib/engine.mjs';
import { Meter } from '../lib/measure.mjs';

export async function run({ file }) {
  const { records, forks } = deserialize(readFileSync(file));
  const { engine } = openEngine(records);
  engine.list({ limit: 200 });
  const merges = forks.map((chunks, n) => {
    const meter = new Meter();
    const { accepted } = meter.run(() => {
      const received = engine.incoming('relay', chunks, String(n));
      engine.takeBatch();
      return received;
    });
    return { cpu: meter.cpu, wall: meter.wall, accepted };
  });
  const warm = merges.slice(-Math.ceil(merges.length / 3));
  return { cold: merges[0], warm: warm.sort((a, b) => a.cpu - b.cpu)[warm.length >> 1] };
}
