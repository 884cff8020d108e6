// A mailbox on the command line: connected, planned, synced, and what waits for a person.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { rowOf } from '../systems/support.mjs';
import { documentOf, makeCard } from './cli.mjs';
import { filesBelow, journalOf } from './connected.mjs';
import { withBoth } from './mailbox.mjs';

const JANE = ['name/given=Jane', 'name/surname=Doe', 'titles/new/name=Engineer'];
const BOOK = ['--book', 'a.book'];

test('a mailbox is connected, planned and synced; edits of both sides meet', () =>
  withBoth({}, async (cm, hands) => {
    const id = await makeCard(cm, 'a.book', ...JANE);
    hands.add({ givenName: 'Bob', surname: 'Ray', homePhones: ['+1 555 0100'] });
    await cm.connect();
    const plan = await cm.ok('plan', 'outlook', ...BOOK);
    assert.match(plan, /^outlook: 1 change to send\n {2}create {2}Jane Doe {2}/);
    assert.match(plan, /\n {4}jobTitle +\(nothing\) → Engineer +by this replica, 20/);
    assert.deepEqual(hands.see().length, 1, 'a plan sends nothing');
    assert.match(await cm.ok('sync', ...BOOK), /^outlook: sent 1 change, 1 new came; 0 open conflicts\n$/);
    assert.equal(rowOf(hands, 'Jane').jobTitle, 'Engineer');
    hands.edit(rowOf(hands, 'Jane').id, { companyName: 'Acme' });
    await cm.ok('edit', id, 'name/given=Janet', ...BOOK);
    const { runs, held, count } = await cm.sync();
    assert.deepEqual([count, held, runs[0].outcome, runs[0].pushed, runs[0].accepted], [1, [], 'done', 1, 1]);
    assert.deepEqual([runs[0].system.edited, runs[0].system.sent], [1, 1]);
    assert.equal(rowOf(hands, 'Janet').companyName, 'Acme');
    assert.match(await cm.ok('sync', ...BOOK), /^outlook: nothing to send, nothing new came/);
    assert.match(await cm.ok('sync', 'outlook', '--audit', ...BOOK), /nothing new came/);
    assert.match(await cm.ok('plan', 'outlook', ...BOOK), /^outlook: nothing to send\n$/);
  }));

test('the history names the mailbox and the run that wrote a value, as the journal of runs does', () =>
  withBoth({}, async (cm, hands) => {
    hands.add({ givenName: 'Bob', homePhones: [] });
    await cm.connect();
    await cm.sync();
    hands.edit(rowOf(hands, 'Bob').id, { jobTitle: 'Clerk' });
    await cm.sync();
    const journal = await journalOf(cm);
    const [{ id }] = (await cm.json('list', ...BOOK)).rows;
    const { history } = await cm.json('show', id, '--history', ...BOOK);
    assert.deepEqual(
      history.map(({ writer }) => [writer.origin, writer.system, writer.run]),
      journal.map(({ run }) => ['system', 'outlook', run]),
    );
    const text = await cm.ok('show', id, '--history', ...BOOK);
    for (const { run } of journal) assert.match(text, new RegExp(`from outlook in run ${run}, through this replica`));
  }));

test('addresses are for their owner alone and in nothing else that is kept or said', () =>
  withBoth({}, async (cm, _hands, served) => {
    await makeCard(cm, 'a.book', ...JANE);
    const said = [await cm.connect(), await cm.ok('sync', ...BOOK), await cm.ok('connections', ...BOOK)];
    said.push(await cm.ok('status', ...BOOK), await cm.ok('status', 'outlook', ...BOOK), await cm.ok('plan', ...BOOK));
    assert.equal((await stat(cm.path('a.book', 'connections.json'))).mode & 0o777, 0o600);
    const files = await filesBelow(cm.path('a.book'));
    for (const url of [served.urls['outlook-pull'], served.urls['outlook-apply']]) {
      const secret = new URL(url).searchParams.get('sig');
      assert.ok(secret.length > 8);
      const holding = Object.keys(files).filter((path) => files[path].includes(secret));
      assert.deepEqual(holding, [cm.path('a.book', 'connections.json')]);
      for (const text of said) assert.ok(!text.includes(secret), text);
    }
    const [{ kind, place, held, waiting }] = (await cm.json('connections', ...BOOK)).connections;
    assert.deepEqual([kind, place, held, waiting], ['outlook', new URL(served.url).host, null, 0]);
  }));

test('an address of a flow may come from its own variable, and what is wrong is said before anything is made', () =>
  withBoth({}, async (cm, hands, served) => {
    await makeCard(cm, 'a.book', ...JANE);
    for (const [args, said] of [
      [['--kind', 'exchange'], /--kind is `relay` or `outlook`/],
      [['--kind', 'outlook', '--url-file', 'pull'], /--url-file is not for --kind outlook/],
      [['--pull-url-file', 'pull'], /--pull-url-file is not for --kind relay/],
      [['--kind', 'outlook', '--pull-url-file', 'pull'], /--apply-url-file FILE.*CONTACTMESH_URL_OUTLOOK_APPLY/],
      [['--kind', 'outlook', '--pull-url-file', '-', '--apply-url-file', '-'], /stdin holds one address/],
      [['--kind', 'outlook', ...cm.files, '--log', 'a.b'], /--log is/],
    ]) {
      assert.match(await cm.fails(2, 'connect', 'outlook', ...args, ...BOOK), said);
    }
    assert.deepEqual((await cm.json('connections', ...BOOK)).connections, []);
    await cm.connect();
    const env = { CONTACTMESH_URL_OUTLOOK_APPLY: 'http://127.0.0.1:9/nowhere?sig=x' };
    const { start } = await import('./cli.mjs');
    const { code } = await start(cm.folder, ['sync', 'outlook', ...BOOK], { env }).ended;
    assert.equal(code, 1);
    assert.equal(hands.see().length, 0, 'the variable goes before what is kept');
    assert.ok(served.urls['outlook-apply']);
    await cm.ok('sync', 'outlook', '--now', ...BOOK);
    assert.equal(hands.see().length, 1);
    assert.match(await cm.fails(2, 'connect', 'outlook', '--url-file', 'relay', ...BOOK), /disconnect it first/);
  }));

test('a mailbox that is disconnected is forgotten, and everybody stays on both sides', () =>
  withBoth({}, async (cm, hands) => {
    await makeCard(cm, 'a.book', ...JANE);
    await cm.connect();
    await cm.sync();
    await cm.ok('disconnect', 'outlook', ...BOOK);
    assert.equal((await cm.json('list', ...BOOK)).total, 1);
    assert.equal(hands.see().length, 1);
    assert.match(await cm.fails(4, 'sync', 'outlook', ...BOOK), /connection-unknown/);
    assert.doesNotMatch(await readFile(cm.path('a.book', 'connections.json'), 'utf8'), /outlook/);
    await cm.connect();
    const { runs } = await cm.sync();
    assert.deepEqual([runs[0].system.created, runs[0].system.sent, hands.see().length], [0, 0, 1], 'known again');
  }));

test('with several connections one sync serves all; a book without systems is read by a former version', () =>
  withBoth({}, async (cm, hands) => {
    await cm.ok('connect', 'team', '--url-file', 'relay', ...BOOK);
    const version = async () => JSON.parse(await readFile(cm.path('a.book', 'connections.json'), 'utf8')).version;
    assert.equal(await version(), 1);
    await cm.connect();
    assert.equal(await version(), 2);
    hands.add({ givenName: 'Bob', homePhones: [] });
    await cm.ok('sync', ...BOOK);
    await cm.ok('sync', ...BOOK);
    await cm.ok('connect', 'team', '--url-file', 'relay', '--book', 'b.book');
    await cm.ok('sync', '--book', 'b.book');
    assert.deepEqual(
      (await cm.json('list', '--book', 'b.book')).rows.map(({ name }) => name),
      ['Bob'],
    );
    const { connections } = documentOf(await cm.ok('plan', '--json', ...BOOK));
    assert.deepEqual(
      connections.map(({ connection, chunks, plan }) => [connection, chunks, plan?.actions.length]),
      [
        ['outlook', undefined, 0],
        ['team', 0, undefined],
      ],
    );
  }));
