// Builds the contact app into www/dist: two scripts (the page's and the worker's), the modules of the
// engine and the formats beside them, where the package looks for them, and the service worker last,
// because it names every other file and a hash of them all. The page for the trial's mailbox is built
// into a folder of its own: it is no part of the app.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './run.mjs';
import { hashOf } from './stamp.mjs';

export const APP_FOLDER = 'www/dist';
export const MAILBOX_FOLDER = 'www/mailbox/dist';

const COPIED = [
  'www/index.html',
  'www/app.css',
  'www/icon.svg',
  'www/manifest.webmanifest',
  'pkg/dist/wasm/engine.wasm',
  'pkg/dist/wasm/formats.wasm',
];

/** Needs the package in pkg/dist. */
export async function buildApp() {
  const folder = join(root, APP_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'wasm'), { recursive: true });
  for (const path of COPIED) copyFileSync(join(root, path), join(folder, path.replace(/^(www|pkg\/dist)\//, '')));
  // Not above: this module is loaded before the packages are there.
  const { themeCss } = await import('./theme.mjs');
  writeFileSync(join(folder, 'theme.css'), themeCss());
  await bundle({ app: 'www/src/main.ts', worker: 'pkg/dist/browser/worker.js' });
  const files = filesIn(folder);
  const version = hashOf(files.map((name) => [name, readFileSync(join(folder, name))])).slice(0, 16);
  await bundle({ 'service-worker': 'www/src/service-worker.ts' }, { constants: { FILES: files, VERSION: version } });
  await buildMailboxPage();
}

async function buildMailboxPage() {
  const folder = join(root, MAILBOX_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'www/mailbox/index.html'), join(folder, 'index.html'));
  await bundle({ mailbox: 'www/src/mailbox/main.ts' }, { outdir: MAILBOX_FOLDER });
}

async function bundle(entryPoints, { constants = {}, outdir = APP_FOLDER } = {}) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'linked',
    logLevel: 'warning',
    // The app uses the package by its name, as any app would.
    alias: { contactmesh: join(root, 'pkg/dist/index.js') },
    tsconfig: 'www/tsconfig.json',
    define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
  });
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
