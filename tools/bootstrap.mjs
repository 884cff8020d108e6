// Sets up all that a fresh checkout lacks, with nothing but Node: looks what is missing, then brings
// the npm packages and the Rust toolchain to what the lock files name. Done again, it does nothing
// and takes a moment. It builds nothing; see build.mjs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { diagnose } from './doctor.mjs';
import { Failure, isStarted, main, must, root, say } from './lib/run.mjs';
import { prepareRust } from './lib/rust.mjs';
import { hashOf, whenStale } from './lib/stamp.mjs';

/** Makes the checkout ready to build. */
export async function bootstrap() {
  const missing = diagnose();
  if (missing !== undefined) throw new Failure(missing);
  await preparePackages();
  await prepareRust();
}

async function preparePackages() {
  const inputs = ['package.json', 'package-lock.json', '.npmrc'].map((name) => [name, readFileSync(join(root, name))]);
  const hash = hashOf([...inputs, ['platform', `${process.platform} ${process.arch}`]]);
  await whenStale(join(root, 'node_modules/.contactmesh-stamp'), hash, async () => {
    say('npm packages …');
    // Under `npm run` the same npm is used again; its own settings for production are not.
    const npm = process.env.npm_execpath;
    const args = ['ci', '--include=dev', '--loglevel=error'];
    if (npm?.endsWith('.js')) await must('npm ci', process.execPath, [npm, ...args]);
    else await must('npm ci', 'npm', args);
  });
}

if (isStarted(import.meta.url)) main(bootstrap);
