// Syncing through a flow on the command line: what goes, what comes, what waits, what is refused, and
// what is left behind of each run.
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { makeCard, start } from './cli.mjs';
import { assertSecret, filesBelow, journalOf, withFlow } from './connected.mjs';

const STORE = (book) => `${book}/connections.json`;
const JANE = ['name/given=Jane', 'name/surname=Doe', 'emails/new/address=jane@example.com'];

test('two books meet through a flow, and a plan says before what a sync will send', () =>
  withFlow(async (cm, flow) => {
    const id = await makeCard(cm, 'a.book', ...JANE);
    for (const book of ['a.book', 'b.book']) await cm.connect(book);
    const [planned] = (await cm.json('plan', '--book', 'a.book')).connections;
    assert.deepEqual([planned.connection, planned.changes, planned.chunks, planned.more], ['team', 1, 1, false]);
    assert.ok(planned.bytes > 0);
    assert.equal(flow.requests, 0, 'a plan sends nothing');
    assert.match(await cm.ok('sync', '--book', 'a.book'), /^team: sent 1 chunk, nothing new came; 0 open conflicts\n$/);
    assert.equal((await cm.json('plan', 'team', '--book', 'a.book')).connections[0].changes, 0);
    assert.match(await cm.ok('plan', '--book', 'a.book'), /nothing to send/);
    const { count, runs } = await cm.json('sync', 'team', '--book', 'b.book');
    assert.deepEqual([count, runs[0].accepted, runs[0].outcome], [1, 1, 'done']);
    assert.equal((await cm.json('show', id, '--book', 'b.book')).fields['name/given'], 'Jane');
    await assertSecret(cm, 'address', STORE('a.book'), STORE('b.book'));
  }));

test('every run leaves one line, for its owner alone, without anybody’s data', () =>
  withFlow(async (cm, flow) => {
    await makeCard(cm, 'a.book', ...JANE);
    await cm.connect();
    await cm.ok('sync', '--book', 'a.book');
    flow.script = () => ({ status: 404 });
    await cm.fails(1, 'sync', 'team', '--book', 'a.book');
    const runs = await journalOf(cm);
    assert.deepEqual(
      runs.map(({ connection, requests, pushed, outcome }) => [connection, requests, pushed, outcome]),
      [
        ['team', 1, 1, 'done'],
        ['team', 1, 0, 'flow-missing'],
      ],
    );
    assert.notEqual(runs[0].run, runs[1].run);
    const files = await filesBelow(cm.path('a.book'));
    for (const name of ['runs.jsonl', 'connections.state.json']) {
      const path = cm.path('a.book', name);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.doesNotMatch(files[path], /jane|doe|example|127\.0\.0\.1|http/i);
    }
  }));

test('a flow that is off pauses the connection: said once, shown, and tried again when asked', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    flow.script = () => ({ status: 404 });
    const line = await cm.fails(1, 'sync', 'team', '--book', 'a.book');
    assert.match(line, /^contactmesh sync: team: exchanging with the flow: .*turn it on.*\(flow-missing\)$/);
    assert.match(await cm.ok('connections', '--book', 'a.book'), /waits for you \(flow-missing\)/);
    const { stderr, code } = await cm('sync', '--book', 'a.book');
    assert.deepEqual([code, flow.requests], [0, 1], 'all connections: it is left alone');
    assert.match(stderr, /waits for you/);
    flow.script = () => undefined;
    await cm.ok('sync', 'team', '--book', 'a.book');
    assert.equal((await cm.json('connections', '--book', 'a.book')).connections[0].paused, null);
  }));

test('a flow that asks for time gets it, unless a person insists', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    flow.script = (n) => (n === 0 ? { status: 429, headers: { 'retry-after': '600' } } : undefined);
    await cm.fails(1, 'sync', 'team', '--book', 'a.book');
    const line = await cm.fails(1, 'sync', 'team', '--book', 'a.book');
    assert.match(line, /left in peace for (5\d\d|60\d) s more.*--now.*\(connection-waiting\)$/);
    assert.match((await cm('sync', '--book', 'a.book')).stderr, /left in peace/);
    assert.equal(flow.requests, 1);
    await cm.ok('sync', 'team', '--now', '--book', 'a.book');
    assert.equal(flow.requests, 2);
  }));

test('what a flow refuses is a dead letter: shown without what is in it, sent again or dropped when asked', () =>
  withFlow(async (cm, flow) => {
    await makeCard(cm, 'a.book', ...JANE);
    await cm.connect();
    flow.refuse = () => `not today: ${cm.url} jane@example.com`;
    await cm.ok('sync', '--book', 'a.book');
    const [letter] = (await cm.json('letters', 'team', '--book', 'a.book')).letters;
    const { attempts, retry, reason } = letter;
    assert.deepEqual([attempts, retry], [1, false]);
    assert.match(reason, /^not today: /);
    assert.doesNotMatch(reason, /http|jane/);
    assert.match(await cm.ok('letters', 'team', '--book', 'a.book'), /refused 1 time .*not today/);
    assert.match(await cm.ok('status', '--book', 'a.book'), /1 dead letter; see `contactmesh letters team`/);
    await cm.ok('letters', 'team', '--retry', letter.hash.slice(0, 8), '--book', 'a.book');
    assert.match(await cm.ok('plan', '--book', 'a.book'), /1 dead letter, 1 to be tried again/);
    flow.refuse = () => undefined;
    await cm.ok('sync', '--book', 'a.book');
    assert.deepEqual((await cm.json('letters', 'team', '--book', 'a.book')).letters, []);
    assert.equal(flow.rows.length, 1);

    await makeCard(cm, 'a.book', 'name/given=Poison');
    flow.refuse = () => 'never';
    await cm.ok('sync', '--book', 'a.book');
    assert.match(
      await cm.fails(4, 'letters', 'team', '--drop', 'zz', '--book', 'a.book'),
      /no dead letter begins with `zz`/,
    );
    await cm.ok('letters', 'team', '--drop', 'all', '--book', 'a.book');
    assert.match(await cm.ok('letters', 'team', '--book', 'a.book'), /^no dead letters\n$/);
    assert.equal((await cm.json('list', '--book', 'a.book')).total, 2, 'the book keeps what is in them');
    await assertSecret(cm, 'address', STORE('a.book'));
  }));

test('two runs of one connection at once: the second is refused and sends nothing', () =>
  withFlow(async (cm, flow) => {
    await makeCard(cm, 'a.book', ...JANE);
    await cm.connect();
    let second;
    const asked = new Promise((settle) => {
      flow.onBody = () => {
        flow.onBody = () => {};
        second = cm.fails(5, 'sync', 'team', '--book', 'a.book');
        settle();
      };
    });
    // The answer is kept back until the second has ended.
    flow.hold = () => second;
    const first = cm.ok('sync', 'team', '--book', 'a.book');
    await asked;
    assert.match(await second, /\(storage-locked\)$/);
    await first;
    assert.equal(flow.requests, 1);
  }));

test('a loop goes on until it is stopped, lets others write in between, and says what it did', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    const { child, ended } = start(cm.folder, ['sync', 'team', '--every', '1s', '--json', '--book', 'a.book']);
    await until(() => flow.requests >= 1);
    let made = false;
    while (!made) made = (await cm('create', ...JANE, '--book', 'a.book')).code === 0;
    await until(() => flow.rows.length === 1);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout);
    assert.ok(document.count >= 2 && document.runs.length === document.count);
    assert.equal(
      document.runs.reduce((sum, { pushed }) => sum + pushed, 0),
      1,
    );
    assert.match(stderr, /team: nothing to send, nothing new came; next in \d+ s/);
    assert.equal((await journalOf(cm)).length, document.count);
  }));

test('a run that is killed is recorded as such by the next, which loses and doubles nothing', () =>
  withFlow(async (cm, flow) => {
    const id = await makeCard(cm, 'a.book', ...JANE);
    await cm.connect();
    const running = start(cm.folder, ['sync', 'team', '--book', 'a.book']);
    flow.hold = () => new Promise((settle) => running.child.once('close', settle));
    flow.onBody = () => running.child.kill('SIGKILL');
    assert.equal((await running.ended).signal, 'SIGKILL');
    assert.equal(flow.rows.length, 1, 'the flow has it');
    Object.assign(flow, { hold: undefined, onBody: () => {} });
    assert.equal((await cm.json('plan', '--book', 'a.book')).connections[0].changes, 1, 'and the book does not know');
    await cm.ok('sync', 'team', '--book', 'a.book');
    assert.deepEqual(
      (await journalOf(cm)).map(({ outcome }) => outcome),
      ['killed', 'done'],
    );
    assert.equal(flow.rows.length, 1);
    await cm.connect('b.book');
    await cm.ok('sync', '--book', 'b.book');
    assert.equal((await cm.json('show', id, '--book', 'b.book')).fields['name/surname'], 'Doe');
  }));

test('wrong use of the pace is refused before anything is sent', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    const sync = (...args) => cm.fails(2, 'sync', 'team', '--book', 'a.book', ...args);
    for (const every of ['60', '0s', '5d', '1.5s', 'soon'])
      assert.match(await sync('--every', every), /is a time such as/);
    for (const actions of ['0', '-1', 'x'])
      assert.match(await sync(`--actions=${actions}`), /--actions is a whole number/);
    assert.match(await cm.fails(2, 'sync', 'team', '--relay', 'x', '--book', 'a.book'), /--relay DIR is for one sync/);
    assert.match(await cm.fails(4, 'sync', 'nobody', '--book', 'a.book'), /there are team/);
    assert.equal(flow.requests, 0);
  }));

async function until(condition) {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error('it did not happen within 20 s');
    await setTimeout(10);
  }
}
