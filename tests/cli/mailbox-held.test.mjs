// What waits for a person with a mailbox, on the command line: it is told, nothing of it is done, and
// each answer does what it says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JANE, rowOf } from '../systems/support.mjs';
import { documentOf, makeCard } from './cli.mjs';
import { journalOf } from './connected.mjs';
import { withBoth } from './mailbox.mjs';

const BOOK = ['--book', 'a.book'];
const MANY = 8;
/** A row is believed to be gone after so many listings without it. */
const LISTINGS = 4;
const cards = async (cm) => (await cm.json('list', ...BOOK)).total;

/** A book of `MANY` people who are in the mailbox too, and Jane. */
async function filled(cm, hands) {
  for (let n = 0; n < MANY; n += 1) hands.add({ givenName: `Person ${n}`, homePhones: [] });
  hands.add(JANE);
  await cm.connect();
  await cm.sync();
}

/** Runs until one is held; answers what it said. */
async function untilHeld(cm) {
  for (let n = 0; n < LISTINGS; n += 1) {
    const { code, stdout, stderr } = await cm('sync', 'outlook', '--audit', ...BOOK);
    if (code === 6) return { text: stdout, token: /outlook ([0-9a-f]+) take/.exec(stdout)?.[1] };
    assert.equal(code, 0, stderr);
  }
  return assert.fail('no run was held');
}

for (const [answer, here, there] of [
  ['take', 1, 1],
  ['keep', MANY + 1, MANY + 1],
]) {
  test(`many who are gone from the mailbox are held; ${answer} leaves ${here} on both sides`, () =>
    withBoth({}, async (cm, hands) => {
      await filled(cm, hands);
      for (const { id, givenName } of hands.see()) if (givenName !== 'Jane') hands.remove(id);
      const { text, token } = await untilHeld(cm);
      assert.match(text, /HELD, see below/);
      assert.match(text, /held: 8 contacts would be deleted here, because they are gone there. That is more than 5/);
      assert.equal(await cards(cm), MANY + 1, 'nothing of it was done');
      assert.equal((await journalOf(cm)).at(-1).outcome, 'held');
      const again = await cm('sync', 'outlook', '--json', ...BOOK);
      assert.deepEqual([again.code, documentOf(again.stdout).held[0].token], [6, token]);
      assert.match(await cm.ok('status', ...BOOK), /a run is held; see `contactmesh status outlook`/);
      const status = await cm.ok('status', 'outlook', ...BOOK);
      assert.match(status, /Person 7 {2}[a-z2-7]{8}\n/);
      assert.match(status, new RegExp(`confirm outlook ${token} keep --book a.book`));
      await cm.fails(2, 'confirm', 'outlook', token, 'yes', ...BOOK);
      assert.match(await cm.fails(2, 'confirm', 'outlook', 'abc', 'take', ...BOOK), /not what `outlook` holds now/);
      await cm.ok('confirm', 'outlook', token, answer, ...BOOK);
      await cm.sync();
      assert.deepEqual([await cards(cm), hands.see().length], [here, there]);
      assert.deepEqual((await cm.sync()).held, []);
    }));
}

test('many cards that were deleted here are held before the mailbox loses them', () =>
  withBoth({}, async (cm, hands) => {
    await filled(cm, hands);
    for (const { id, name } of (await cm.json('list', ...BOOK)).rows) {
      if (name !== 'Jane Doe') await cm.ok('delete', id, ...BOOK);
    }
    assert.match(await cm.ok('plan', 'outlook', ...BOOK), /8 of them delete a contact there .*; more than 5 are held/);
    const { text, token } = await untilHeld(cm);
    assert.match(text, /held: 8 contacts there would be deleted, or lose values/);
    assert.equal(hands.see().length, MANY + 1);
    await cm.ok('confirm', 'outlook', token, 'take', ...BOOK);
    await cm.sync();
    assert.deepEqual(
      hands.see().map(({ givenName }) => givenName),
      ['Jane'],
    );
  }));

for (const [said, people] of [
  ['same', 1],
  ['other', 2],
]) {
  test(`a contact there that may be somebody known waits; ${said} makes ${people} of them`, () =>
    withBoth({}, async (cm, hands) => {
      const id = await makeCard(cm, 'a.book', 'name/given=Jane', 'name/surname=Doe', 'phones/new/number=+1 555 0100');
      hands.add({ ...JANE, jobTitle: 'Engineer' });
      await cm.connect();
      assert.match(await cm.ok('sync', 'outlook', ...BOOK), /1 contact there may be somebody known/);
      assert.deepEqual([await cards(cm), hands.see().length], [1, 1]);
      const text = await cm.ok('status', 'outlook', ...BOOK);
      const [, row] = new RegExp(`outlook ([^ ]+) ${id.slice(0, 8)} --book`).exec(text) ?? [];
      assert.match(text, /in outlook only: Jane Doe .*may be somebody known/);
      assert.match(text, /\n {2}jobTitle {2}Engineer\n/, 'what tells who it is');
      assert.match(await cm.fails(4, 'other', 'outlook', 'nosuch', ...BOOK), /row-unknown/);
      await cm.ok(...[said, 'outlook', row, ...(said === 'same' ? [id] : []), ...BOOK]);
      await cm.sync();
      await cm.sync();
      assert.equal(await cards(cm), people);
      assert.equal(hands.see().length, people, 'each has a row, also the card that waited');
      assert.equal((await cm.json('status', 'outlook', ...BOOK)).parked.length, 0);
    }));
}

test('what Outlook refuses is shown with its reason, not sent again by itself, and again on request', () =>
  withBoth({}, async (cm, hands, served) => {
    const id = await makeCard(cm, 'a.book', 'name/given=Jane');
    await cm.connect();
    served.outlook.contacts.interfere = (operation) =>
      operation === 'ContactPostItem_V2'
        ? { answer: { statusCode: 400, headers: {}, body: { error: { code: 'x', message: 'not this one' } } } }
        : undefined;
    const { code, stdout } = await cm('sync', 'outlook', ...BOOK);
    assert.deepEqual([code, /1 change refused/.test(stdout)], [3, true]);
    const text = await cm.ok('status', 'outlook', ...BOOK);
    assert.match(text, new RegExp(`refused: Jane .*status 400: not this one\n.*retry outlook ${id.slice(0, 8)}`));
    served.outlook.contacts.interfere = undefined;
    await cm.sync();
    assert.equal(hands.see().length, 0);
    await cm.ok('retry', 'outlook', id.slice(0, 8), ...BOOK);
    await cm.sync();
    assert.equal(rowOf(hands, 'Jane').givenName, 'Jane');
  }));

test('one replica drives; another is refused until it takes over, and then the former one is, and says so', () =>
  withBoth({}, async (cm, hands) => {
    await makeCard(cm, 'a.book', 'name/given=Jane');
    for (const book of ['a.book', 'b.book']) await cm.ok('connect', 'team', '--url-file', 'relay', '--book', book);
    await cm.connect();
    await cm.ok('sync', ...BOOK);
    await cm.ok('sync', '--book', 'b.book');
    const other = ['connect', 'outlook', '--kind', 'outlook', ...cm.files, '--book', 'b.book'];
    assert.match(await cm.fails(1, ...other), /is driven by .*connect it here with --take-over.*\(not-driver\)$/);
    await cm.ok(...other, '--take-over');
    await cm.ok('sync', '--book', 'b.book');
    assert.match(await cm.fails(1, 'sync', 'outlook', ...BOOK), /another replica drives this system.*\(not-driver\)$/);
    assert.match(await cm.ok('connections', ...BOOK), /waits for you \(not-driver\)/);
    await cm.ok('sync', 'team', ...BOOK);
    assert.match(await cm.fails(1, 'sync', 'outlook', ...BOOK), /is driven by .*\(not-driver\)$/);
    assert.equal(hands.see().length, 1);
  }));
