// The benchmark in a browser runs and says everything it promises; how fast anything is, no test asks.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { root } from '../../tools/lib/run.mjs';

test('the benchmark measures a small book in Chromium and names every figure', async () => {
  const args = ['benches/browser.mjs', '--cards', '200', '--runs', '1', '--calls', '20', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const rows = JSON.parse(stdout);
  assert.ok(rows.every((row) => row.cards === 200 && row.value > 0 && row.unit === 'ms'));
  for (const start of ['import', 'first list', 'create, from another tab', 'edit', 'list', 'search', 'commit']) {
    assert.ok(
      rows.some((row) => row.name.startsWith(start)),
      start,
    );
  }
});
