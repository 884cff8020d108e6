// What test runners print is counted; silence and a bad end are failures.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closingLine, countsOf } from '../../tools/lib/counts.mjs';

test('cargo: the lines of all binaries are added up', () => {
  const output = [
    'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s',
    'test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out',
  ].join('\n');
  assert.deepEqual(countsOf('cargo', { code: 101, output }), { passed: 5, failed: 1 });
});

test('node: a cancelled test has failed', () => {
  const output = 'ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n';
  assert.deepEqual(countsOf('node', { code: 1, output }), { passed: 3, failed: 2 });
  assert.deepEqual(countsOf('node', { code: 0, output: '# pass 2\n# fail 0\n' }), { passed: 2, failed: 0 });
});

test('plain: the last line counts', () => {
  const output = '1 passed, 0 failed\nmore\n4 passed, 0 failed\n';
  assert.deepEqual(countsOf('plain', { code: 0, output }), { passed: 4, failed: 0 });
});

test('hunt: a search that found something has failed', () => {
  const clean = 'seeds 1000, steps 300000, violations 0\nplanted 12, caught 12, missed 0\n';
  assert.deepEqual(countsOf('hunt', { code: 0, output: clean }), { passed: 2, failed: 0 });
  const found = 'executions 50000, panics 1, aborts 0, hangs 0\n';
  assert.deepEqual(countsOf('hunt', { code: 1, output: found }), { passed: 0, failed: 1 });
});

test('a suite that ran no test has failed', () => {
  for (const runner of ['cargo', 'node', 'plain', 'hunt']) {
    const counts = countsOf(runner, { code: 0, output: '' });
    assert.equal(counts.failed, 1);
    assert.equal(counts.note, 'ran no test');
  }
});

test('a runner that ended badly without a failed test has failed', () => {
  const output = 'test result: ok. 3 passed; 0 failed; 0 ignored\nerror: could not compile';
  const counts = countsOf('cargo', { code: 101, output });
  assert.equal(closingLine(counts), '3 passed, 1 failed');
  assert.match(counts.note, /code 101/);
});
