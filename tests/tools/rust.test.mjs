// What is asked of rustup is read from rust-toolchain.toml, and its refusal becomes one line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { wanted } from '../../tools/lib/rust.mjs';

/** Runs `prepareRust` with a rustup of our own; returns how it ended and what rustup was asked. */
function prepare(context, script) {
  const folder = mkdtempSync(join(tmpdir(), 'rust-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  const bin = join(folder, '.cargo/bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(folder, '.rustup'));
  writeFileSync(join(bin, 'rustup'), `#!/bin/sh\necho "$@" >> ${log}\n${script}\n`);
  chmodSync(join(bin, 'rustup'), 0o755);
  const code = `import { prepareRust } from ${JSON.stringify(join(root, 'tools/lib/rust.mjs'))};
    import { main } from ${JSON.stringify(join(root, 'tools/lib/run.mjs'))};
    main(prepareRust);`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    env: { PATH: [bin, dirname(process.execPath), '/bin', '/usr/bin'].join(delimiter), HOME: join(folder, 'other') },
    encoding: 'utf8',
  });
  return { ...result, asked: readFileSync(log, 'utf8').trim().split('\n') };
}

const channel = wanted().channel;
const lists = (targets) => `case "$1 $2" in
  "toolchain list") echo "${channel}-x86_64-unknown-linux-gnu (active)";;
  "target list") echo "${targets}";;
  "component list") printf 'clippy-x86_64-unknown-linux-gnu\\nrustfmt-x86_64-unknown-linux-gnu\\n';;`;

test('the file of this checkout names an exact version, its components and the wasm32 target', () => {
  const { components, targets } = wanted();
  assert.match(channel, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(components, ['clippy', 'rustfmt']);
  assert.deepEqual(targets, ['wasm32-unknown-unknown']);
});

test('nothing is installed where nothing is missing', (context) => {
  const { status, asked } = prepare(context, `${lists('wasm32-unknown-unknown')} esac`);
  assert.equal(status, 0);
  assert.ok(
    asked.every((line) => / list\b/.test(line)),
    asked.join('\n'),
  );
});

test('a missing target is added', (context) => {
  const { status, asked } = prepare(context, `${lists('x86_64-unknown-linux-gnu')} esac`);
  assert.equal(status, 0);
  assert.deepEqual(
    asked.filter((line) => line.includes(' add ')),
    [`target add wasm32-unknown-unknown --toolchain ${channel}`],
  );
});

test('a target that rustup cannot add becomes one line that says what to run', (context) => {
  const refusing = `${lists('x86_64-unknown-linux-gnu')} *) echo 'error: no network' >&2; exit 1;; esac`;
  const { status, stderr } = prepare(context, refusing);
  assert.equal(status, 1);
  const last = stderr.trim().split('\n').at(-1);
  assert.match(
    last,
    /could not install the wasm32-unknown-unknown target \(error: no network\): run `rustup target add/,
  );
});

test('a toolchain that rustup cannot install becomes one line', (context) => {
  const { status, stderr } = prepare(context, '[ "$2" = list ] || { echo "error: no network" >&2; exit 1; }');
  assert.equal(status, 1);
  assert.match(stderr.trim().split('\n').at(-1), /could not install Rust .*: run `rustup toolchain install/);
});

test('without a network, the toolchain beside the rustup that was found is used', (context) => {
  const beside = `[ "$1" = toolchain ] && [ -z "$RUSTUP_HOME" ] && exit 1\n${lists('wasm32-unknown-unknown')} esac`;
  const { status, stderr } = prepare(context, beside);
  assert.equal(status, 0);
  assert.match(stderr, /could not install Rust .*; using the one beside it/);
});
