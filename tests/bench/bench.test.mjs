// The benchmark runs and says everything it promises; how fast anything is, no test asks.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { draft, vcard } from '../../benches/generate.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('the benchmark measures a small book and names every figure', async () => {
  const args = ['benches/run.mjs', '--cards', '200', '--runs', '1', '--edits', '20', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const rows = JSON.parse(stdout);
  assert.ok(rows.every((row) => row.cards === 200 && row.value > 0 && row.unit !== ''));
  for (const start of ['import, cold', 'open + first list of all', 'edit, engine, 1 earlier', 'merge of 2', 'store']) {
    assert.ok(
      rows.some((row) => row.name.startsWith(start)),
      start,
    );
  }
});

test('the way through the flow is measured in both directions', async () => {
  const args = ['benches/run.mjs', 'relay', '--cards', '200', '--runs', '1', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const rows = JSON.parse(stdout);
  assert.ok(rows.every((row) => row.value > 0));
  for (const start of ['first replica sends all: requests', 'new replica gets all: requests', 'a sync with nothing']) {
    assert.ok(
      rows.some((row) => row.name.startsWith(start)),
      start,
    );
  }
});

test('a run with a mailbox is measured, and one that finds nothing new writes nothing', async () => {
  const args = ['benches/run.mjs', 'outlook', '--cards', '200', '--runs', '1', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const rows = JSON.parse(stdout);
  const of = (phase, name) => {
    const first = rows.findIndex((row) => row.name.startsWith(phase));
    return rows.slice(first).find((row) => row.name.includes(name)).value;
  };
  assert.deepEqual([of('the first run', 'rows read'), of('the first run', 'changes')], [200, 200]);
  for (const phase of [
    'every row comes again, unchanged',
    'a run with nothing',
    'a listing',
    'every row comes again, in',
  ]) {
    assert.ok(of(phase, 'cpu') > 0);
    assert.deepEqual([of(phase, 'changes'), of(phase, 'requests that write')], [0, 0], phase);
  }
});

test('the same card has the same values in every run, as a draft and as a vCard', () => {
  assert.deepEqual(draft(7), draft(7));
  assert.notDeepEqual(draft(7), draft(8));
  for (const { fields } of draft(7).elements) {
    const [text] = Object.values(fields).filter((value) => typeof value === 'string');
    assert.ok(vcard(7).includes(text === 'title' ? fields.name : text), text);
  }
});
