// The Chromium that browser tests run in: the system's own, in a fixed list of places. On Debian as
// root it is installed with apt; anywhere else a missing browser is a failure that says what to do.
// Nothing is downloaded from a browser vendor.

import { existsSync } from 'node:fs';

import { find } from '../doctor.mjs';
import { Failure, must, say } from './run.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of Chromium, or undefined. `CONTACTMESH_CHROMIUM` names another one. */
export function findChromium() {
  const asked = process.env.CONTACTMESH_CHROMIUM;
  return (asked ? [asked] : PLACES).find((path) => existsSync(path));
}

/** The path of Chromium, installed first where that can be done without asking. */
export async function prepareChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0 && find('apt-get') !== undefined) {
    say('Chromium (apt-get install chromium, some 100 MB) …');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await must('apt-get update', 'apt-get', ['update', '-qq'], { env });
    await must('apt-get install chromium', 'apt-get', ['install', '-y', '-qq', 'chromium'], { env });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Failure('no Chromium: install one (apt-get install chromium), or name it in CONTACTMESH_CHROMIUM.');
}
