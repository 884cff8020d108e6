// docs/browser.md says what there is: no method or error code in it is made up, and none is left out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { Connections } from '../../pkg/dist/browser/connections/connections.js';
import { SharedSystems } from '../../pkg/dist/browser/connections/shared-systems.js';
import { SharedBook } from '../../pkg/dist/browser/shared-book.js';
import { filesBelow } from '../../tools/lib/files.mjs';
import { root } from '../../tools/lib/run.mjs';

const text = readFileSync(join(root, 'docs/browser.md'), 'utf8');

/** The names before a bracket in the first column of a chapter's table. */
function namedIn(chapter) {
  const [, body] = new RegExp(`^## ${chapter}\n(.*?)(?=^## |(?![^]))`, 'ms').exec(text);
  const cells = [...body.matchAll(/^\| (`[^|]+)\|/gm)].map(([, cell]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)\(/g)].map(([, name]) => name)).sort();
}

/** What an app may call; the package keeps the rest to itself. */
function methodsOf({ prototype }, inner) {
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor' && !inner.includes(name))
    .sort();
}

it('every method of a shared book, of its connections and of its systems is documented, and no other', () => {
  assert.deepEqual(namedIn('The book'), methodsOf(SharedBook, ['opened']));
  assert.deepEqual(namedIn('Connections'), methodsOf(Connections, ['tell', 'watch']));
  assert.deepEqual(namedIn('Systems'), methodsOf(SharedSystems, []));
});

it('every error code that is documented is one of the package', () => {
  const sources = filesBelow('js', (name) => name.endsWith('.ts')).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  const codes = [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code]) => code);
  assert.ok(codes.length > 6);
  for (const code of codes)
    assert.ok(
      sources.some((source) => source.includes(`'${code}'`)),
      code,
    );
});
