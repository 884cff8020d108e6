// Measures the package in Chromium: `npm run bench:browser [-- --cards 10000] [--runs 5] [--calls 300] [--json]`.
// A command, never a test; what is measured, and how far to trust it, is in docs/performance.md.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

import { newProfile, startChromium } from '../tests/browser/support/chromium.mjs';
import { startServer } from '../tests/browser/support/server.mjs';
import { Failure, main, root, say } from '../tools/lib/run.mjs';
import { draft } from './generate.mjs';
import { median, percentile } from './lib/measure.mjs';
import { table } from './lib/table.mjs';

/** How the page is made: as one file of each kind, as apps are, and as the package's own many files. */
const PAGES = { bundled: 'app/list.html', 'in single files': 'benches/pages/list.html' };
/** From the issue the store was built for. */
const GOAL_FIRST_LIST = 1000;

async function measure(cards, runs, calls) {
  const folder = await bundled();
  const server = await startServer({ base: folder, folders: ['app/', 'pkg/dist/', 'benches/pages/'] });
  const profile = newProfile();
  let chromium = await startChromium(profile);
  const rows = [];
  const add = (name, value, unit, goal) =>
    rows.push({ cards, name, value, unit, ...(goal === undefined ? {} : { goal }) });
  const open = async (path = PAGES.bundled) => {
    const page = await chromium.context.newPage();
    await page.goto(`${server.origin}/${path}`);
    return { page, shown: await page.evaluate(() => globalThis.shown) };
  };
  try {
    say(`${cards} cards: import …`);
    const { page } = await open();
    const text = JSON.stringify(Array.from({ length: cards }, (_, n) => draft(n)));
    const imported = await page.evaluate(async (drafts) => {
      const given = JSON.parse(drafts);
      const [ms] = await globalThis.timed(1, () => globalThis.book.import(given, { run: 'bench' }));
      return ms;
    }, text);
    add('import, 500 a commit', imported, 'ms');

    say(`${cards} cards: first list …`);
    await page.close();
    for (const [how, path] of Object.entries(PAGES)) {
      const times = { reload: [], start: [] };
      const { page: again } = await open(path);
      for (let n = 0; n < runs; n += 1) {
        await again.reload();
        const shown = await again.evaluate(() => globalThis.shown);
        if (shown.total !== cards) throw new Failure(`the list has ${shown.total} cards, not ${cards}`);
        times.reload.push(shown.ms);
      }
      await again.close();
      add(`first list on the screen after a reload, ${how}: median`, median(times.reload), 'ms', GOAL_FIRST_LIST);
      add('  the slowest', Math.max(...times.reload), 'ms', GOAL_FIRST_LIST);
      for (let n = 0; n < runs; n += 1) {
        await chromium.close();
        chromium = await startChromium(profile);
        times.start.push((await open(path)).shown.ms);
      }
      add('  in a browser that was just started: median', median(times.start), 'ms');
    }

    say(`${cards} cards: calls …`);
    const [host] = chromium.context.pages().filter((one) => one.workers().length > 0);
    const { page: guest } = await open();
    for (const [where, tab] of [
      ['the tab that keeps the book', host],
      ['another tab', guest],
    ]) {
      const samples = await tab.evaluate(async (count) => {
        const { book, timed } = globalThis;
        const made = [];
        return {
          create: await timed(count, async (n) => made.push((await book.create({ 'name/given': `New ${n}` })).id)),
          edit: await timed(count, (n) => book.edit(made[n], { language: 'en' })),
          list: await timed(count, () => book.list({ limit: 50 })),
          search: await timed(count, (n) => book.list({ search: `new ${n}`, limit: 50 })),
        };
      }, calls);
      for (const [name, times] of Object.entries(samples)) {
        add(`${name}, from ${where}: median`, median(times), 'ms');
        add('  99th percentile', percentile(times, 0.99), 'ms');
      }
    }
    const commits = await guest.evaluate(async (count) => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const storage = await openIndexedDbStorage('bench-commits');
      const { epoch } = await storage.lease('bench');
      const bytes = new Uint8Array(1000);
      return globalThis.timed(count, (n) =>
        storage.commit({
          put: [
            [`a/${n}`, bytes],
            ['b', bytes],
          ],
          del: [],
          expectEpoch: epoch,
        }),
      );
    }, calls);
    add('commit of two records of 1 kB, strict: median', median(commits), 'ms');
    add('  99th percentile', percentile(commits, 0.99), 'ms');
    return rows;
  } finally {
    await chromium.close();
    await profile.remove();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder with the page and its worker as bundles, and the package and the page as they are. */
async function bundled() {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-bench-'));
  const app = join(folder, 'app');
  for (const path of ['pkg/dist', 'benches/pages']) cpSync(join(root, path), join(folder, path), { recursive: true });
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', logLevel: 'warning', outdir: app };
  const alias = { '/pkg/dist/index.js': join(root, 'pkg/dist/index.js') };
  await esbuild.build({ ...options, entryPoints: [join(root, 'benches/pages/list.js')], plugins: [resolved(alias)] });
  await esbuild.build({ ...options, entryPoints: [join(root, 'pkg/dist/browser/worker.js')] });
  cpSync(join(root, 'pkg/dist/wasm'), join(app, 'wasm'), { recursive: true });
  const html = readFileSync(join(root, 'benches/pages/list.html'), 'utf8').replace('/benches/pages/', '/app/');
  writeFileSync(join(app, 'list.html'), html);
  return folder;
}

/** The page names the package by its address on the server. */
function resolved(paths) {
  return {
    name: 'addresses',
    setup: (build) => build.onResolve({ filter: /^\/pkg\// }, ({ path }) => ({ path: paths[path] })),
  };
}

main(async () => {
  const args = process.argv.slice(2);
  const option = (name, otherwise) => Number(args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const [cards, runs, calls] = [option('--cards', 10_000), option('--runs', 5), option('--calls', 300)];
  if (![cards, runs, calls].every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new Failure('npm run bench:browser -- [--cards 10000] [--runs 5] [--calls 300] [--json]');
  }
  const rows = await measure(cards, runs, calls);
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(rows)}\n` : table(rows));
});
