// `npm test`: sets up and builds what is missing or stale, then runs every suite, adds up their
// counts and ends with one line `N passed, N failed`. Suites can be named to run only those. A suite
// that ran no test has failed.

import { availableParallelism } from 'node:os';

import { bootstrap } from './bootstrap.mjs';
import { build, XTASK } from './build.mjs';
import { prepareChromium } from './lib/chromium.mjs';
import { closingLine, countsOf } from './lib/counts.mjs';
import { filesBelow } from './lib/files.mjs';
import { Failure, main, run, say } from './lib/run.mjs';

const SUITES = {
  /** The engine, the formats, the simulator and the fuzzer, natively. */
  rust: () => cargo('cargo', ['test', '--workspace', '--exclude', 'xtask', '--locked', '--no-fail-fast']),
  /** The project's own tool, in the profile it is built with anyway. */
  xtask: () => cargo('cargo', ['test', '--package', 'xtask', '--profile', 'xtask', '--locked']),
  /** The boundary, inside WebAssembly. */
  wasm: () => cargo('plain', [...XTASK, 'wasm-test']),
  /** The whole under hundreds of seeds of losses and crashes, and the bugs that prove it would notice. */
  sim: () => hunt('contactmesh-simulator', ['--seeds', '200'], ['--world', 'mailbox', '--seeds', '200'], ['--mutants']),
  /** Foreign bytes, by the ten thousand; `npm run fuzz` has no end. */
  fuzz: () => hunt('contactmesh-fuzz', ['--executions', '50000']),
  /** The package as built, and the tools, in Node. */
  node: () => inNode(outsideChromium(), `--test-concurrency=${availableParallelism()}`),
  /** The package in Chromium. */
  browser: () => inChromium('tests/browser/'),
  /** The app, as people use it. */
  app: () => inChromium('tests/app/'),
};

/** A browser that hangs shall fail its file, not the whole run. */
const LONGEST_FILE = 600_000;
const IN_CHROMIUM = ['tests/browser/', 'tests/app/'];
const testFiles = () => filesBelow('tests', (name) => name.endsWith('.test.mjs'));
const outsideChromium = () => testFiles().filter((path) => !IN_CHROMIUM.some((folder) => path.startsWith(folder)));

function inNode(files, ...options) {
  return suite('node', process.execPath, ['--test', '--test-reporter=spec', ...options, ...files]);
}

/** One file after the other: each has a browser of its own. */
async function inChromium(folder) {
  try {
    await prepareChromium();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
    return { passed: 0, failed: 1, seconds: 0, note: error.message };
  }
  const files = testFiles().filter((path) => path.startsWith(folder));
  return inNode(files, '--test-concurrency=1', `--test-timeout=${LONGEST_FILE}`);
}

/** Runs a searching program once for each list of arguments, one after the other. */
async function hunt(name, ...runs) {
  const total = { passed: 0, failed: 0, seconds: 0 };
  for (const args of runs) {
    const one = await suite('hunt', process.execPath, ['tools/hunt.mjs', name, ...args]);
    total.passed += one.passed;
    total.failed += one.failed;
    total.seconds += one.seconds;
    if (one.note !== undefined) total.note = one.note;
  }
  return total;
}

function cargo(runner, args) {
  return suite(runner, 'cargo', args);
}

async function suite(runner, command, args) {
  // NODE_TEST_CONTEXT would make a test runner inside a test runner print nothing.
  const result = await run(command, args, { show: true, env: { NODE_TEST_CONTEXT: undefined } });
  return { ...countsOf(runner, result), seconds: result.seconds };
}

main(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in SUITES));
  if (unknown !== undefined) {
    throw new Failure(`no suite \`${unknown}\`; there are ${Object.keys(SUITES).join(', ')}.`);
  }
  await bootstrap();
  await build();
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) {
    say(`${name} tests …`);
    const { passed, failed, note, seconds } = await SUITES[name]();
    total.passed += passed;
    total.failed += failed;
    lines.push(
      `${name.padEnd(8)}${closingLine({ passed, failed })}, ${seconds.toFixed(1)} s${note ? ` (${note})` : ''}`,
    );
  }
  process.stdout.write(`\n${lines.join('\n')}\n${closingLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
});
