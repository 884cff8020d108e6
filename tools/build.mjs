// Builds the package into pkg/dist: the WebAssembly through `cargo xtask wasm`, the TypeScript through
// tsc, the CommonJS entry through esbuild, its types as copies; then the app, which uses it. `--dev` builds
// the WebAssembly fast instead of small. It packs and publishes nothing.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { bootstrap } from './bootstrap.mjs';
import { buildApp } from './lib/app.mjs';
import { writeCommonJsTypes } from './lib/cts.mjs';
import { filesBelow } from './lib/files.mjs';
import { Failure, isStarted, main, must, root, say } from './lib/run.mjs';

/** What is bundled for `require`: it loads the WebAssembly that lies beside it. */
const COMMON_JS = { entry: 'pkg/dist/node.js', bundle: 'pkg/dist/index.cjs' };

/** Arguments for cargo that start the project's own tool, as the alias `cargo xtask` does. */
export const XTASK = ['run', '--quiet', '--locked', '--package', 'xtask', '--profile', 'xtask', '--'];

/** Builds what is stale. */
export async function build({ dev = false } = {}) {
  say('WebAssembly …');
  await must('cargo xtask wasm', 'cargo', [...XTASK, 'wasm', ...(dev ? ['--dev'] : [])], { show: true });
  say('TypeScript …');
  await must('tsc', process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.json']);
  copyTypes();
  prune();
  await bundle();
  writeCommonJsTypes('pkg/dist', 'node.d.ts', 'index.d.cts');
  say('app …');
  await buildApp();
}

async function bundle() {
  // Its interface, not its command: an install script may have put a native program in the command's place.
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [COMMON_JS.entry],
    outfile: COMMON_JS.bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    // CommonJS has no import.meta: the bundle gets the address of its own file.
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

/** Types written by hand: tsc reads them and does not emit them. */
function copyTypes() {
  for (const path of filesBelow('js', (name) => name.endsWith('.d.ts'))) {
    const target = join(root, path.replace(/^js\//, 'pkg/dist/'));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, path), target);
  }
}

/** Removes what tsc wrote for sources that are gone. */
function prune() {
  const sources = filesBelow('js', (name) => name.endsWith('.ts'));
  const expected = new Set(sources.map((path) => path.replace(/^js\//, 'pkg/dist/').replace(/(\.d)?\.ts$/, '')));
  for (const path of filesBelow('pkg/dist', (name) => /(\.d\.ts|\.js)$/.test(name))) {
    const stem = path.replace(/(\.d\.ts|\.js)$/, '');
    if (!path.startsWith('pkg/dist/wasm/') && !expected.has(stem)) rmSync(join(root, path));
  }
}

if (isStarted(import.meta.url)) {
  main(async () => {
    const args = process.argv.slice(2);
    const unknown = args.find((arg) => arg !== '--dev');
    if (unknown !== undefined) throw new Failure(`cannot read \`${unknown}\`: there is only --dev.`);
    await bootstrap();
    await build({ dev: args.includes('--dev') });
  });
}
