// `npm run check`: everything CI runs except the tests, one line per step. Every step is run, also
// after a failure, and what a failed one printed is shown. There is no switch to leave one out.

import { bootstrap } from './bootstrap.mjs';
import { build, XTASK } from './build.mjs';
import { closingLine } from './lib/counts.mjs';
import { deny } from './lib/deny.mjs';
import { Failure, main, run } from './lib/run.mjs';

const STRICT = ['--', '-D', 'warnings'];
const WASM = ['--target', 'wasm32-unknown-unknown', '-p', 'contactmesh', '-p', 'contactmesh-formats'];

const cargo = (args, env) => () => run('cargo', args, { env });
const node =
  (...args) =>
  () =>
    run(process.execPath, args);

const STEPS = [
  ['rustfmt', cargo(['fmt', '--all', '--check'])],
  ['clippy', cargo(['clippy', '--quiet', '--keep-going', '--workspace', '--all-targets', '--locked', ...STRICT])],
  [
    'clippy wasm32',
    cargo(['clippy', '--quiet', '--keep-going', ...WASM, '--lib', '--test', 'wasm', '--locked', ...STRICT]),
  ],
  ['docs', cargo(['doc', '--quiet', '--workspace', '--no-deps', '--locked'], { RUSTDOCFLAGS: '-D warnings' })],
  ['cargo deny', deny],
  ['release build', release],
  ['types', node('node_modules/typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.json')],
  ['types of the app', node('node_modules/typescript/bin/tsc', '--project', 'www/tsconfig.json')],
  ['biome', node('node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off')],
  ['size budget', cargo([...XTASK, 'size']), { show: true }],
  ['architecture', cargo([...XTASK, 'architecture'])],
];

/** Built before the types are checked, because some of them come out of the build. */
async function release() {
  try {
    await build();
    return { code: 0, output: '' };
  } catch (error) {
    if (error instanceof Failure) return { code: 1, output: error.message };
    throw error;
  }
}

main(async () => {
  if (process.argv.length > 2) throw new Failure('`npm run check` takes no arguments.');
  await bootstrap();
  const total = { passed: 0, failed: 0 };
  for (const [name, step, { show = false } = {}] of STEPS) {
    const started = performance.now();
    const { code, output } = await step();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (code === 0) total.passed += 1;
    else total.failed += 1;
    if (code !== 0 || show) process.stdout.write(`${output.trimEnd()}\n`);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)}${seconds.padStart(7)} s\n`);
  }
  process.stdout.write(`${closingLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
});
