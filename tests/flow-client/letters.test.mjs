// Chunks that a flow refuses for good: kept, seen, tried again, dropped, and in nobody's way.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FileDeadLetters } from '../../pkg/dist/connections/letters.js';
import { MemoryDeadLetters } from '../../pkg/dist/relay/flow/dead-letters.js';
import { Redactor } from '../../pkg/dist/relay/flow/redact.js';
import { ADDRESS, bytes, client } from './client.mjs';
import { CANARY, sha } from './flow.mjs';

const POISON = sha(bytes('poison'));
const refusing = (reason) => (hash) => (hash === POISON ? reason : undefined);

describe('flow client: dead letters', () => {
  it('a refused chunk is kept with its reason, and the others go through', async () => {
    const letters = new MemoryDeadLetters();
    const { flow, clock, push } = await client({ letters });
    flow.refuse = refusing('too odd');
    assert.equal((await push('one', 'poison', 'two')).accepted, 3);
    assert.deepEqual(flow.hashes, [sha(bytes('one')), sha(bytes('two'))]);
    const [letter] = await letters.list();
    const { time, bytes: kept, ...rest } = letter;
    assert.deepEqual(rest, { hash: POISON, reason: 'too odd', attempts: 1, retry: false });
    assert.deepEqual([time, kept], [clock.wall(), bytes('poison')]);
  });

  it('it is not sent again by itself; once, when a person asks; then it is gone or back', async () => {
    const letters = new MemoryDeadLetters();
    const { flow, push } = await client({ letters });
    flow.refuse = refusing('no');
    await push('poison');
    await push();
    assert.ok(!flow.bodies[1].includes(POISON));
    const ask = async () => {
      const [letter] = await letters.list();
      await letters.put({ ...letter, retry: true });
      await push();
      await push();
    };
    await ask();
    assert.deepEqual(
      (await letters.list()).map(({ attempts, retry }) => [attempts, retry]),
      [[2, false]],
    );
    assert.equal(flow.bodies.filter((body) => JSON.parse(body).push.length > 0).length, 2);
    flow.refuse = () => undefined;
    await ask();
    assert.deepEqual([await letters.list(), flow.hashes], [[], [POISON]]);
  });

  it('one that was dropped is never sent again', async () => {
    const letters = new MemoryDeadLetters();
    const { flow, push } = await client({ letters });
    flow.refuse = refusing('no');
    await push('poison');
    await letters.remove(POISON);
    flow.refuse = () => undefined;
    await push('one');
    assert.deepEqual([flow.hashes, await letters.list()], [[sha(bytes('one'))], []]);
  });

  it('if it cannot be kept, the exchange fails, so that nobody takes it for sent', async () => {
    const letters = new MemoryDeadLetters();
    letters.put = async () => {
      throw new Error('full');
    };
    const { flow, push } = await client({ letters });
    flow.refuse = refusing('no');
    await assert.rejects(push('poison'), /full/);
  });

  it('the reason is kept without addresses, signatures, people and numbers, however it is cut', async () => {
    for (const before of [0, 150, 170, 185, 190, 195, 199]) {
      const letters = new MemoryDeadLetters();
      const { flow, push } = await client({ letters });
      const secrets = `${CANARY} at ${ADDRESS}, Bearer abcdefghij.klm, jane@example.com, +1 555 010 0199, ${encodeURIComponent(ADDRESS)}`;
      flow.refuse = refusing(`${'x '.repeat(before / 2)}${secrets}`);
      await push('poison');
      const [{ reason }] = await letters.list();
      assert.ok(reason.length <= 200);
      for (let from = 0; from + 8 <= CANARY.length; from += 1) {
        assert.ok(!reason.includes(CANARY.slice(from, from + 8)), reason);
      }
      assert.doesNotMatch(reason, /jane|555|abcdefghij|workflows/);
    }
  });

  it('a redactor leaves plain words alone', () => {
    const said = 'The column Chunk takes 63,999 characters (version 1.0, code 400).';
    assert.equal(new Redactor([ADDRESS]).redact(said), said);
  });
});

describe('connections: dead letters in files', () => {
  const inFolder = async (body) => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-letters-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const letter = { hash: POISON, reason: 'no', time: 5, attempts: 1, retry: false, bytes: bytes('poison') };

  it('they come back as they were, for their owner alone, each connection its own', () =>
    inFolder(async (folder) => {
      const store = new FileDeadLetters(folder, 'team');
      assert.deepEqual(await store.list(), []);
      await store.put(letter);
      await store.put({ ...letter, retry: true });
      assert.deepEqual(await new FileDeadLetters(folder, 'team').list(), [{ ...letter, retry: true }]);
      assert.deepEqual(await new FileDeadLetters(folder, 'other').list(), []);
      const file = join(folder, 'dead-letters', 'team', `${POISON}.json`);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      await store.remove(POISON);
      await store.remove(POISON);
      assert.deepEqual(await readdir(join(folder, 'dead-letters', 'team')), []);
    }));

  it('what a crash left beside one is no letter, and goes with it', () =>
    inFolder(async (folder) => {
      const store = new FileDeadLetters(folder, 'team');
      await store.put(letter);
      const half = join(folder, 'dead-letters', 'team', `${POISON}.json.new`);
      await writeFile(half, '{"chunk":"ab');
      assert.equal((await store.list()).length, 1);
      await store.put({ ...letter, attempts: 2 });
      assert.equal((await store.list())[0].attempts, 2);
      await writeFile(half, '{"chunk":"ab');
      await store.remove(POISON);
      assert.deepEqual(await readdir(join(folder, 'dead-letters', 'team')), []);
    }));

  it('a damaged one is said by its name, without what is in it', () =>
    inFolder(async (folder) => {
      const store = new FileDeadLetters(folder, 'team');
      await store.put(letter);
      const file = join(folder, 'dead-letters', 'team', `${POISON}.json`);
      for (const text of ['{"chunk":"SECRET', '{"reason":"SECRET"}', '[]']) {
        await writeFile(file, text);
        const failed = await store.list().catch((one) => one);
        assert.equal(failed.code, 'connections-damaged');
        assert.ok(failed.message.includes(file) && !failed.message.includes('SECRET'), failed.message);
      }
      assert.equal(await readFile(file, 'utf8'), '[]');
    }));
});
