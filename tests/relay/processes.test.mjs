// Several processes at one relay folder: four push, among them the same chunks
// at the same moment, while two follow.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openFileRelay } from '../../pkg/dist/relay/file.js';
import { readAll } from './suite.mjs';

const MEMBER = fileURLToPath(new URL('member.mjs', import.meta.url));
const run = promisify(execFile);
const EACH = 40;

test('four processes push at once, two follow: each sees every chunk once, in one same order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-relay-'));
  try {
    const names = ['a', 'b', 'c', 'd'];
    const expected = [...names, 'shared'].flatMap((name) => Array.from({ length: EACH }, (_, i) => `${name} ${i + 1}`));
    const member = (...args) => run(process.execPath, [MEMBER, join(folder, 'relay'), ...args]);
    const followers = [1, 2].map(() => member('follow', String(expected.length)));
    const pushers = names.map((name) => member('push', name, String(EACH)));
    await Promise.all(pushers);
    const [one, two] = (await Promise.all(followers)).map(({ stdout }) => stdout.trimEnd().split('\n'));
    assert.deepEqual([...one].sort(), expected.sort());
    assert.deepEqual(two, one);
    assert.deepEqual((await readAll(await openFileRelay(join(folder, 'relay')))).found, one);
  } finally {
    await rm(folder, { recursive: true });
  }
});
