// Names the one thing that is missing before anything is built: Node, npm, rustup, cargo or a linker,
// each with what to do. It looks and installs nothing; what rustup and npm can fetch by themselves is
// the bootstrap's work.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { isStarted, main, say } from './lib/run.mjs';

const OLDEST_NODE = [20, 19];

/** What is missing, in one line; undefined if nothing is. */
export function diagnose({
  nodeVersion = process.versions.node,
  platform = process.platform,
  has = (program) => find(program) !== undefined,
} = {}) {
  const [major, minor] = nodeVersion.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return `Node ${nodeVersion} is too old: install Node ${OLDEST_NODE.join('.')} or later.`;
  }
  if (!has('npm')) return 'npm is not on PATH: install it; it normally comes with Node.';
  if (!has('rustup')) {
    return has('cargo')
      ? 'rustup is not on PATH, only cargo: install Rust through rustup (https://rustup.rs), which adds the WebAssembly target.'
      : 'rustup is not on PATH: install Rust through rustup (https://rustup.rs), then open a new shell.';
  }
  if (!has('cargo')) return "cargo is not on PATH although rustup is: add rustup's bin folder to PATH.";
  if (platform !== 'win32' && !has('cc')) {
    return "cc is not on PATH, and Rust links with it: install a C compiler (gcc, clang, or Xcode's tools).";
  }
  return undefined;
}

/** The full path of a program on PATH, if it is there. */
export function find(program, { path = process.env.PATH ?? '', platform = process.platform } = {}) {
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = join(folder, program + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

if (isStarted(import.meta.url)) {
  main(() => {
    const missing = diagnose();
    say(missing ?? 'Nothing is missing.');
    return missing === undefined ? 0 : 1;
  });
}
