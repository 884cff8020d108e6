// Types for `require`. TypeScript takes a `.d.ts` in this package for an ES module, which a CommonJS
// program may not require; so every declaration that the entry reaches is written again as `.d.cts`.
// The contents are the same: nothing in them depends on the module system.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { filesBelow } from './files.mjs';
import { Failure, root } from './run.mjs';

/** `from './x.js'` and `import('./x.js')`, in declarations that tsc wrote. */
const RELATIVE = /(\bfrom |\bimport\()(['"])(\.[^'"]*)\.js\2/g;

/** Writes `entry`, as `name`, and what it reaches. */
export function writeCommonJsTypes(folder, entry, name) {
  for (const path of filesBelow(folder, (file) => file.endsWith('.d.cts'))) rmSync(join(root, path));
  for (const [path, text] of reachable(entry, (file) => readFileSync(join(root, folder, file), 'utf8'))) {
    const target = path === entry ? name : path.replace(/\.d\.ts$/, '.d.cts');
    writeFileSync(join(root, folder, target), text.replace(RELATIVE, '$1$2$3.cjs$2'));
  }
}

/** The declarations that `entry` reaches through relative imports, by path. */
export function reachable(entry, read) {
  const texts = new Map();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (texts.has(path)) continue;
    const text = read(path);
    texts.set(path, text);
    if (/(\bfrom |\bimport\()['"]node:/.test(text)) throw new Failure(`${path}: the public types need those of Node.`);
    for (const [, , , target] of text.matchAll(RELATIVE)) open.push(posix.join(dirname(path), `${target}.d.ts`));
  }
  return texts;
}
