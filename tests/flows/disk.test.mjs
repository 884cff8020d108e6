// What a served flow keeps, on a disk that is full, and in files that a crash or somebody else damaged.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { serveFlows } from '../../pkg/dist/flows/server.js';
import { chunkOf, exchange, post, request } from './flow.mjs';

describe('flows: what is kept', () => {
  let folder;
  let troubles;
  const path = (name) => join(folder, name);
  /** Half of it is longer than a whole line of another. */
  const long = chunkOf('long'.repeat(200));
  const serve = () => serveFlows({ folder, onTrouble: (message) => troubles.push(message) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
    troubles = [];
  });
  afterEach(async () => {
    mock.restoreAll();
    syncBuiltinESMExports();
    await rm(folder, { recursive: true, force: true });
  });

  /** The disk takes so many bytes of the next write, and no more. */
  function fullAfter(room) {
    const write = fs.writeSync;
    let full = false;
    mock.method(fs, 'writeSync', (file, bytes, from, _length, at) => {
      if (full) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      full = true;
      return write(file, bytes, from, room, at);
    });
    syncBuiltinESMExports();
  }

  function roomAgain() {
    mock.restoreAll();
    syncBuiltinESMExports();
  }

  it('a chunk that the disk has no room for is refused and said, and spoils nothing that comes after it', async () => {
    const served = await serve();
    await exchange(served, { push: [chunkOf('first')] });
    fullAfter(400);
    const refused = await post(served, request({ push: [long] }));
    assert.deepEqual([refused.status, refused.body.error.code], [502, 'Backend']);
    assert.match(troubles[0], /^writing to .*list\.jsonl: the system refused it \(ENOSPC\)/);
    roomAgain();
    await exchange(served, { push: [chunkOf('third')] });
    await served.close();
    assert.match(await readFile(path('list.jsonl'), 'utf8'), /^[^\n]+\n[^\n]+\n$/);
    const again = await serve();
    const { chunks } = await exchange(again, { push: [long] });
    await again.close();
    const wanted = [chunkOf('first'), chunkOf('third'), long].map(({ hash }) => hash);
    assert.deepEqual(
      chunks.map(({ hash }) => hash),
      wanted,
    );
  });

  it('half a line that cannot be taken back at once is gone before the next one', async () => {
    const served = await serve();
    fullAfter(400);
    mock.method(fs, 'ftruncateSync', () => {
      throw Object.assign(new Error('not now'), { code: 'EIO' });
    });
    syncBuiltinESMExports();
    assert.equal((await post(served, request({ push: [long] }))).status, 502);
    roomAgain();
    await exchange(served, { push: [chunkOf('second')] });
    await served.close();
    assert.match(await readFile(path('list.jsonl'), 'utf8'), /^[^\n]+\n$/);
    const again = await serve();
    assert.equal((await exchange(again)).chunks.length, 1);
    await again.close();
  });

  it('a run whose history cannot be written is answered, and the server goes on and ends well', async () => {
    const served = await serve();
    await mkdir(path('runs.jsonl'));
    await exchange(served, { push: [chunkOf('first')] });
    await exchange(served, { push: [chunkOf('second')] });
    await served.close();
    assert.match(troubles[0], /^writing to .*runs\.jsonl: the system refused it \(EISDIR\)/);
    await rm(path('runs.jsonl'), { recursive: true });
    await (await serve()).close();
  });

  for (const name of ['list.jsonl', 'runs.jsonl']) {
    it(`half a line at the end of ${name} is dropped and said`, async () => {
      const first = await serve();
      await exchange(first, { push: [chunkOf('first')] });
      await first.close();
      const whole = await readFile(path(name), 'utf8');
      await appendFile(path(name), '{"half');
      const second = await serve();
      assert.equal(await readFile(path(name), 'utf8'), whole);
      assert.match(troubles.join(), new RegExp(`^${name} ended in half a line`));
      await exchange(second);
      assert.equal(second.history().length, 2);
      await second.close();
    });

    it(`other damage in ${name} is flow-damaged, without what is in it`, async () => {
      await writeFile(path(name), '{}\nJane Doe\n{}\n');
      await assert.rejects(serve(), (error) => {
        assert.equal(error.code, 'flow-damaged');
        assert.match(error.message, new RegExp(`^reading line 2 of .*${name}: .*move it away`));
        assert.doesNotMatch(`${error.message} ${error.cause}`, /Jane/);
        return true;
      });
      // The folder is free again.
      await rm(path(name));
      await (await serve()).close();
    });
  }
});
