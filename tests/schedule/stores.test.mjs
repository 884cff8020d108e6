// What is kept beside a book: connections with their addresses, what is remembered between runs, and
// the journal of runs.
import assert from 'node:assert/strict';
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkName } from '../../pkg/dist/connections/connection.js';
import { addressOf, ConnectionStore, variableOf } from '../../pkg/dist/connections/store.js';
import { restOf } from '../../pkg/dist/schedule/interval.js';
import { RunJournal } from '../../pkg/dist/schedule/record.js';
import { StateStore } from '../../pkg/dist/schedule/state.js';
import { CANARY, URL_OF } from '../flow-client/flow.mjs';

const URL = URL_OF('https://flow.example.com');
const TEAM = { name: 'team', kind: 'relay', url: URL, log: 'contacts' };
const SHARE = { name: 'share', kind: 'relay', dir: '/shared/relay' };

function promise(title, body) {
  it(title, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-beside-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const mode = async (path) => (await stat(path)).mode & 0o777;

describe('connections: the store', () => {
  promise('keeps connections by name for the owner alone, also over a file that others could read', async (folder) => {
    const path = join(folder, 'connections.json');
    const store = new ConnectionStore(folder);
    assert.deepEqual(await store.list(), []);
    await store.put(TEAM);
    await chmod(path, 0o644);
    await store.put(SHARE);
    assert.deepEqual(await new ConnectionStore(folder).list(), [SHARE, TEAM]);
    assert.equal(await mode(path), 0o600);
    assert.deepEqual(await readdir(folder), ['connections.json'], 'nothing is left beside it');
  });

  promise('a connection of the same name is replaced, an unknown one named with those that are', async (folder) => {
    const store = new ConnectionStore(folder);
    await assert.rejects(store.get('team'), { code: 'connection-unknown', message: /there is none yet/ });
    await store.put(TEAM);
    await store.put({ ...TEAM, log: 'second' });
    assert.equal((await store.get('team')).log, 'second');
    await assert.rejects(store.get('teem'), { code: 'connection-unknown', message: /there are team/ });
    await store.remove('team');
    assert.deepEqual(await store.list(), []);
    await assert.rejects(store.remove('team'), { code: 'connection-unknown' });
  });

  promise('a damaged file is named, never quoted; one of a newer version is left alone', async (folder) => {
    const path = join(folder, 'connections.json');
    for (const text of [
      `{"url":"${URL}`,
      '[]',
      'null',
      '{"version":1}',
      `{"version":1,"connections":[{"name":"../x","kind":"relay","url":"${URL}","log":"a"}]}`,
    ]) {
      await writeFile(path, text);
      const failed = await new ConnectionStore(folder).put(TEAM).catch((one) => one);
      assert.equal(failed.code, 'connections-damaged', text);
      assert.ok(failed.message.includes(path) && !`${failed.stack}${failed.cause}`.includes(CANARY));
      assert.equal(await readFile(path, 'utf8'), text, 'it is left as it is');
    }
    await writeFile(path, '{"version":3,"connections":{}}');
    await assert.rejects(new ConnectionStore(folder).list(), { code: 'storage-newer' });
  });

  it('names are such that a folder and a variable can have them', () => {
    for (const good of ['a', 'my-team_2', 'x'.repeat(40)]) checkName(good);
    for (const bad of ['', 'A', '-a', '../a', 'a/b', 'x'.repeat(41), 'ä', 'a b', '__proto__']) {
      assert.throws(() => checkName(bad), { code: 'bad-input' }, bad);
    }
  });

  it('a variable goes before what is stored, an empty one does not', () => {
    assert.equal(variableOf('my-team'), 'CONTACTMESH_URL_MY_TEAM');
    assert.equal(addressOf(TEAM, { CONTACTMESH_URL_TEAM: 'https://new.example.com' }), 'https://new.example.com');
    assert.equal(addressOf(TEAM, { CONTACTMESH_URL_TEAM: '' }), URL);
  });
});

describe('schedule: what is remembered', () => {
  promise('each connection and each form by itself, for the owner alone', async (folder) => {
    const store = new StateStore(folder);
    assert.deepEqual(await store.get('team'), { idle: 0 });
    await store.put('team', { idle: 3, paused: 'flow-missing' });
    await store.save('0123456789abcdef', 'text');
    await store.put('constructor', { idle: 1 });
    const again = new StateStore(folder);
    assert.deepEqual(await again.get('team'), { idle: 3, paused: 'flow-missing' });
    assert.deepEqual([await again.load('0123456789abcdef'), await again.load('toString')], ['text', undefined]);
    assert.deepEqual(await again.get('toString'), { idle: 0 });
    await again.remove('team');
    assert.deepEqual(await store.get('team'), { idle: 0 });
    assert.equal(await mode(join(folder, 'connections.state.json')), 0o600);
  });

  it('a connection is left in peace for as long as was asked, and not for ever by a clock set back', () => {
    assert.equal(restOf({ idle: 0 }, 1000), 0);
    assert.equal(restOf({ idle: 0, notBefore: 5000 }, 1000), 4000);
    assert.equal(restOf({ idle: 0, notBefore: 5000 }, 9000), 0);
    assert.equal(restOf({ idle: 0, notBefore: 86_400_000 }, 0), 0);
  });
});

describe('schedule: the journal', () => {
  const record = (n) => ({ run: `r${n}`, connection: 'team', started: 's', ended: 'e', outcome: 'done' });
  const lines = async (folder) => (await readFile(join(folder, 'runs.jsonl'), 'utf8')).split('\n').slice(0, -1);
  const runs = async (folder) => (await lines(folder)).map((line) => JSON.parse(line).run);

  promise('one line a run, for the owner alone', async (folder) => {
    const journal = new RunJournal(folder);
    await journal.add(record(1));
    await journal.add(record(2));
    assert.deepEqual(await runs(folder), ['r1', 'r2']);
    assert.equal(await mode(join(folder, 'runs.jsonl')), 0o600);
  });

  promise('a line that a crash cut off spoils no other', async (folder) => {
    await new RunJournal(folder).add(record(1));
    await appendFile(join(folder, 'runs.jsonl'), '{"run":"ha');
    await new RunJournal(folder).add(record(2));
    const [first, torn, last] = await lines(folder);
    assert.deepEqual([JSON.parse(first).run, torn, JSON.parse(last).run], ['r1', '{"run":"ha', 'r2']);
  });

  promise('it stays small: the older half goes, whole lines stay', async (folder) => {
    const journal = new RunJournal(folder, 2000);
    for (let n = 1; n <= 200; n += 1) await journal.add(record(n));
    const kept = await runs(folder);
    assert.ok((await stat(join(folder, 'runs.jsonl'))).size <= 2000);
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, n) => `r${201 - kept.length + n}`),
    );
    assert.ok(kept.length >= 8);
  });
});
