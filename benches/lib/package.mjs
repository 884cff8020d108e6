// Where the package under measurement lies: as built, or where BENCH_DIST says.

import { pathToFileURL } from 'node:url';

const dist = process.env.BENCH_DIST
  ? pathToFileURL(`${process.env.BENCH_DIST}/`)
  : new URL('../../pkg/dist/', import.meta.url);

export function packageUrl(path) {
  return new URL(path, dist);
}

/** The package's entry for Node. */
export const contactmesh = () => import(packageUrl('node.js'));
