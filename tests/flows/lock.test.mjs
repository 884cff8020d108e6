// Who may serve a folder: one living server at a time, whatever one that is gone has left there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serveFlows } from '../../pkg/dist/flows/server.js';

const SERVER = new URL('../../pkg/dist/flows/server.js', import.meta.url);

function kill(child) {
  const ended = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGKILL');
  return ended;
}

describe('flows: the folder of a server', () => {
  let folder;
  let children;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const locks = async () => (await readdir(folder)).filter((name) => name.startsWith('serving'));

  /** Serves the folder in a process of its own; answers what it says first: `serves`, or the code of an error. */
  async function elsewhere() {
    const code = `import { serveFlows } from ${JSON.stringify(String(SERVER))};
      const said = await serveFlows({ folder: process.argv[1] }).then(() => 'serves', (error) => error.code);
      console.log(said);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    children.push(child);
    for await (const part of child.stdout) return String(part).trim();
    throw new Error('it ended without a word');
  }

  it('is served by one server at a time, in this process or another', async () => {
    const first = await serveFlows({ folder });
    await assert.rejects(serveFlows({ folder }), { code: 'flow-locked', message: /stop that one/ });
    assert.equal(await elsewhere(), 'flow-locked');
    await first.close();
    assert.deepEqual(await locks(), []);
    await (await serveFlows({ folder })).close();
  });

  it('is free again when its server was killed', async () => {
    assert.equal(await elsewhere(), 'serves');
    await assert.rejects(serveFlows({ folder }), { code: 'flow-locked' });
    await kill(children[0]);
    await (await serveFlows({ folder })).close();
    assert.deepEqual(await locks(), []);
  });

  it('is free when the id of its server belongs to another process by now, even to this one', async (t) => {
    const server = await serveFlows({ folder });
    const [name] = await locks();
    const holder = JSON.parse(await readFile(join(folder, name), 'utf8'));
    await server.close();
    if (holder.start === '') return t.skip('the system does not say when a process started');
    await writeFile(join(folder, name), JSON.stringify({ ...holder, start: '1' }));
    await (await serveFlows({ folder })).close();
  });

  it('is free when what lies there names nobody', async () => {
    for (const text of ['', String(process.pid)]) {
      await writeFile(join(folder, 'serving'), text);
      await (await serveFlows({ folder })).close();
      assert.deepEqual(await locks(), []);
    }
  });

  it('is never served by two that came at the same moment, after one that is gone', async () => {
    assert.equal(await elsewhere(), 'serves');
    await kill(children[0]);
    const said = await Promise.all([elsewhere(), elsewhere(), elsewhere()]);
    assert.ok(said.filter((one) => one === 'serves').length <= 1, said.join());
    assert.ok(
      said.every((one) => one === 'serves' || one === 'flow-locked'),
      said.join(),
    );
  });
});
