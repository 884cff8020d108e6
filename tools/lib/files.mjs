// Lists files below a folder of the checkout. It follows no links and reads no contents.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './run.mjs';

/** Paths from the root, with `/`, sorted, of the files below `folder` whose name `wanted` accepts. */
export function filesBelow(folder, wanted) {
  if (!existsSync(join(root, folder))) return [];
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...filesBelow(path, wanted));
    else if (entry.isFile() && wanted(entry.name)) found.push(path);
  }
  return found.sort();
}
