// Measures the package as built: `npm run bench -- [relay | outlook] [--cards 10000,100000] [--runs 5] [--json]`. Every figure is the
// median of several fresh processes; what is measured, and how far to trust it, is in docs/performance.md.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Failure, main, say } from '../tools/lib/run.mjs';
import { median, percentile } from './lib/measure.mjs';
import { GOALS, table } from './lib/table.mjs';
import { measureOutlook } from './outlook.mjs';
import { measureRelay } from './relay.mjs';

/** What is measured through the flows; without one of these names, the package alone. */
const THROUGH = { relay: measureRelay, outlook: measureOutlook };
const TASK = fileURLToPath(new URL('task.mjs', import.meta.url));
/** How many fresh processes edit old cards for each run, of which a book has only a hundred. */
const OLD_RUNS = 2;

async function task(name, options) {
  const args = ['--no-warnings', TASK, name, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

/** Runs a task in so many fresh processes, one after the other. */
async function repeat(count, name, options) {
  const results = [];
  for (let n = 0; n < count; n += 1) results.push(await task(name, options(n)));
  return results;
}

const middle = (results, pick) => median(results.map(pick));

/** Everything about books of one size. */
async function measure(cards, { runs, earlier }, folder) {
  const rows = [];
  const add = (name, value, unit, goal) =>
    rows.push({ cards, name, value, unit, ...(goal === undefined ? {} : { goal }) });
  const goal = (name) => GOALS[cards]?.[name] ?? GOALS.every[name];
  const file = (name) => join(folder, `${name}-${cards}`);

  say(`${cards} cards: import …`);
  const imports = await repeat(runs, 'import', (n) => ({ cards, folder: file(`book${n}`) }));
  add(
    'import, cold',
    middle(imports, (r) => r.cpu),
    'ms cpu',
    goal('import'),
  );
  add(
    '  of which commits',
    middle(imports, (r) => r.commitCpu),
    'ms cpu',
  );
  const alone = await repeat(runs, 'import-engine', (n) => ({ cards, save: n === 0 ? file('saved') : undefined }));
  add(
    'import, cold, engine alone',
    middle(alone, (r) => r.cpu),
    'ms cpu',
  );
  add('  memory of the instance', middle(alone, (r) => r.memory) / 1e6, 'MB');
  add('  resident memory, package', middle(imports, (r) => r.rss) / 1e6, 'MB');
  add('store', imports[0].bytes / 1e6, 'MB');

  say(`${cards} cards: open …`);
  for (const [name, limit] of [
    ['of all', undefined],
    ['of 200', 200],
  ]) {
    const opens = await repeat(runs, 'open', () => ({ folder: file('book0'), limit }));
    add(
      `open + first list ${name}`,
      middle(opens, (r) => r.cpu),
      'ms cpu',
      goal('open'),
    );
    add(
      '  of which reading the store',
      middle(opens, (r) => r.load),
      'ms cpu',
    );
    add(
      '  of which the list',
      middle(opens, (r) => r.list),
      'ms cpu',
    );
  }

  say(`${cards} cards: edits …`);
  const warmup = Math.min(5000, Math.floor(cards / 4));
  const edits = async (name, many, options) => {
    const results = await repeat(many, 'edits-engine', () => ({ warmup, ...options }));
    const samples = results.flatMap((r) => r.samples);
    const best = samples.map((sample) => sample.best);
    add(`edit, engine, ${name}: median`, median(best), 'ms', goal('edit'));
    add('  99th percentile', percentile(best, 0.99), 'ms', goal('edit'));
    add(
      '  99th percentile by the wall clock',
      percentile(
        samples.map((sample) => sample.wall),
        0.99,
      ),
      'ms',
    );
    return results;
  };
  const fresh = await edits('1 earlier change', Math.min(runs, 3), { file: file('saved'), count: 1000 });
  const first = fresh.flatMap((r) => r.first.slice(0, 1000).map((sample) => sample.best));
  add('edit, engine, the first thousand of a process: median', median(first), 'ms');
  add('  99th percentile', percentile(first, 0.99), 'ms');
  const deep = earlier;
  for (const leases of [1, 20]) {
    const save = file(`old-${leases}`);
    await task('history', { file: file('saved'), edits: deep, leases, save });
    const under = `${deep} earlier, ${leases} lease${leases > 1 ? 's' : ''}`;
    await edits(under, OLD_RUNS * runs, { file: save, among: 'old', count: 100 });
  }
  await edits(`${deep} of one card in this lease`, 1, { file: file('saved'), count: deep, same: true });
  const [through] = await repeat(1, 'edits', () => ({ folder: file('book0'), count: Math.min(300, cards) }));
  add('edit, package: of which the commit', through.commitCpu, 'ms cpu');
  add('  waiting for the disk: median', median(through.waits), 'ms');
  add('  waiting for the disk: 99th percentile', percentile(through.waits, 0.99), 'ms');

  say(`${cards} cards: merge …`);
  const changes = cards / 100;
  const sizes = await task('fork', {
    file: file('saved'),
    edits: changes,
    times: changes > 100 ? 6 : 20,
    save: file('fork'),
  });
  const merges = await repeat(runs, 'merge', () => ({ file: file('fork') }));
  add(
    `merge of ${changes} changes, warm`,
    middle(merges, (r) => r.warm.cpu),
    'ms cpu',
    goal('merge'),
  );
  add(
    '  the first of a process',
    middle(merges, (r) => r.cold.cpu),
    'ms cpu',
  );
  add('  bytes on the wire', sizes.wire, 'bytes');
  if (merges.some((r) => r.warm.accepted !== changes)) throw new Failure('the merge did not accept every change');
  const some = Math.min(50, changes);
  for (const concurrent of [false, true]) {
    const save = file('fork-old');
    await task('fork', { file: file('old-20'), edits: some, times: 2, among: 'old', concurrent, save });
    const olds = await repeat(runs, 'merge', () => ({ file: save }));
    const kind = concurrent ? 'concurrent' : 'that follow what is there';
    add(
      `merge of ${some} ${kind}, cards with ${deep} earlier`,
      middle(olds, (r) => r.warm.cpu),
      'ms cpu',
    );
  }
  add('whole book on the wire', sizes.whole / 1e6, 'MB');
  return rows;
}

main(async () => {
  const args = process.argv.slice(2);
  const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const through = THROUGH[args[0]];
  const sizes = String(option('--cards', through ? '10000' : '10000,100000'))
    .split(',')
    .map(Number);
  const runs = Number(option('--runs', through ? '3' : '5'));
  const earlier = Number(option('--edits', '2000'));
  if (![...sizes, runs, earlier].every((n) => Number.isSafeInteger(n) && n > 0) || sizes.some((n) => n < 200)) {
    throw new Failure(
      'npm run bench -- [relay | outlook] [--cards 10000,100000] [--runs 5] [--edits 2000] [--json]; at least 200 cards.',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-bench-'));
  try {
    const rows = [];
    for (const cards of sizes) {
      const some = through ? through(cards, { runs }, folder, task) : measure(cards, { runs, earlier }, folder);
      rows.push(...(await some));
    }
    process.stdout.write(args.includes('--json') ? `${JSON.stringify(rows)}\n` : table(rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
