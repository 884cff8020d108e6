// cargo-deny in exactly one version, installed for this checkout only, under .cache/tools. It checks
// licences, sources and doubled crates without the network; advisories would need it.

import { join } from 'node:path';

import { must, root, run } from './run.mjs';

const VERSION = '0.20.2';
const FOLDER = '.cache/tools';

/** Runs `cargo deny check`; the result is that of `run`. */
export async function deny() {
  const program = join(root, FOLDER, 'bin', process.platform === 'win32' ? 'cargo-deny.exe' : 'cargo-deny');
  const found = await run(program, ['--version']);
  if (!found.output.includes(VERSION)) {
    const install = ['install', `cargo-deny@${VERSION}`, '--locked', '--profile', 'dev', '--root', FOLDER, '--force'];
    await must('installing cargo-deny', 'cargo', install);
  }
  // Without a target, so that the crates of every platform are there to be looked at.
  await must('cargo fetch', 'cargo', ['fetch', '--locked']);
  return run(program, ['--offline', '--locked', '--workspace', 'check', 'bans', 'licenses', 'sources']);
}
