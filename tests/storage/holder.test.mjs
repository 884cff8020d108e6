// Whether the holder of a lease lives: what cannot be known counts as alive, what is known is used.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { describeSelf, isAlive } from '../../pkg/dist/storage/file/holder.js';

const LINUX = { skip: process.platform !== 'linux' && 'only Linux tells the start of a process' };

/** The id of a process that has ended. */
async function endedPid() {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((settle) => child.once('close', settle));
  return child.pid;
}

test('this process lives; one that has ended does not, nor one whose id was used again', LINUX, async () => {
  const self = describeSelf('me');
  assert.equal(isAlive(self), true);
  assert.equal(isAlive({ ...self, pid: await endedPid() }), false);
  assert.equal(isAlive({ ...self, start: '1' }), false);
  assert.equal(isAlive({ ...self, boot: 'another boot' }), false);
});

test('a process that may not be looked at lives, as far as anybody knows', LINUX, async (t) => {
  // What a process of another user looks like where /proc shows only one's own.
  t.mock.method(process, 'kill', () => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  const hidden = { ...describeSelf('somebody else'), pid: await endedPid() };
  assert.equal(isAlive(hidden), true);
});

test('where a boot has no id, the process decides', LINUX, async () => {
  const unknown = { ...describeSelf('me'), boot: '' };
  assert.equal(isAlive(unknown), true);
  assert.equal(isAlive({ ...unknown, pid: await endedPid() }), false);
});
