// A step is done again exactly when its inputs changed or it failed.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { hashOf, isFresh, whenStale } from '../../tools/lib/stamp.mjs';

function stampIn(context) {
  const folder = mkdtempSync(join(tmpdir(), 'stamp-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'not/yet/there/stamp');
}

test('names and contents do not run into each other', () => {
  assert.notEqual(hashOf([['a', 'bc']]), hashOf([['ab', 'c']]));
  assert.notEqual(
    hashOf([
      ['a', 'b'],
      ['c', 'd'],
    ]),
    hashOf([
      ['a', 'bc'],
      ['', 'd'],
    ]),
  );
  assert.equal(hashOf([['a', 'b']]), hashOf([['a', Buffer.from('b')]]));
});

test('a step is done once for the same inputs and again for others', async (context) => {
  const stamp = stampIn(context);
  let times = 0;
  const step = async () => {
    times += 1;
  };
  assert.equal(await whenStale(stamp, 'one', step), true);
  assert.equal(await whenStale(stamp, 'one', step), false);
  assert.equal(await whenStale(stamp, 'two', step), true);
  assert.equal(times, 2);
});

test('a step that failed is stale, even for the inputs it was once done for', async (context) => {
  const stamp = stampIn(context);
  await whenStale(stamp, 'one', async () => {});
  await assert.rejects(
    whenStale(stamp, 'two', async () => {
      throw new Error('half done');
    }),
    /half done/,
  );
  assert.equal(isFresh(stamp, 'one'), false);
  assert.equal(isFresh(stamp, 'two'), false);
});
