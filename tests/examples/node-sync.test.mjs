// The example as a reader would run it: the package under its own name, a flow, two folders.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../../tools/lib/run.mjs';
import { vcards } from '../cli/cli.mjs';
import { withFlow } from '../flows/flow.mjs';

/** A folder in which the example can be run; `run` answers its output and error. */
async function place(folder, url) {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(join(root, 'pkg'), join(folder, 'node_modules/contactmesh'));
  await copyFile(join(root, 'examples/node-sync.mjs'), join(folder, 'node-sync.mjs'));
  const { CONTACTMESH_BOOK: _unused, ...rest } = process.env;
  const env = { ...rest, CONTACTMESH_URL: url };
  return (...files) => promisify(execFile)(process.execPath, ['node-sync.mjs', ...files], { cwd: folder, env });
}

test('two scripts meet through the flow, and a repeated one changes nothing', () =>
  withFlow({}, async (served, folder) => {
    const [one, two] = [await place(join(folder, 'one'), served.url), await place(join(folder, 'two'), served.url)];
    await writeFile(join(folder, 'one', 'people.vcf'), vcards(3));
    assert.match((await one('people.vcf')).stdout, /^people\.vcf: 3 new, 0 updated\nsent 1 chunks, 0 changes came\n/);
    const { stdout } = await two();
    // Besides the people, each tells the other what it is called.
    assert.match(stdout, /^sent 1 chunks, 4 changes came\n/);
    assert.match(stdout, /\nPerson 2 {2}p2@example\.com\n/);
    assert.match((await one('people.vcf')).stdout, /^people\.vcf: 0 new, 0 updated\nsent 0 chunks, 1 changes came\n/);
  }));

test('without an address it says what is missing, and makes nothing', () =>
  withFlow({}, async (_served, folder) => {
    const run = await place(join(folder, 'one'), '');
    await assert.rejects(run(), (error) => /CONTACTMESH_URL is not set/.test(error.stderr));
  }));
