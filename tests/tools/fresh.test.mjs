// In a fresh clone the tools run before any package is there: they install them. So what they load at
// once needs Node alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../../tools/lib/run.mjs';

test('what npm start, test and check load at once needs no package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-fresh-'));
  try {
    cpSync(join(root, 'tools'), join(folder, 'tools'), { recursive: true });
    for (const name of ['bootstrap', 'build', 'app-server', 'meeting', 'lib/chromium', 'lib/deny', 'lib/app']) {
      const load = ['--input-type=module', '--eval', `await import('./tools/${name}.mjs')`];
      const { status, stderr } = spawnSync(process.execPath, load, { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, `${name}: ${stderr}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
