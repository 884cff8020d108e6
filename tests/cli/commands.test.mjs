// Every command does what its help says, once for people and once for programs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, inFolder, makeCard, start } from './cli.mjs';

test('create, show, edit, clear, remove', () =>
  inFolder(async (cm) => {
    const made = await cm.ok('create', 'name/given=Jane', 'name/surname=Doe', 'emails/new/address=jane@example.com');
    assert.match(made, /^made ([a-z2-7]{24}) {2}Jane Doe\n$/);
    const id = made.split(' ')[1];
    const { revision } = await cm.json('edit', id, 'name/given=Janet', 'emails/new/address=doe@example.com');
    assert.match(revision, /^[0-9a-f]{64}$/);
    assert.equal(await cm.ok('edit', id, 'name/given=Janet'), 'nothing to change: the card says so\n');
    const card = await cm.json('show', id);
    assert.deepEqual([card.id, card.revision, card.state, card.conflicts], [id, revision, 'live', []]);
    assert.equal(card.fields['name/given'], 'Janet');
    const first = Object.keys(card.fields).find((path) => card.fields[path] === 'jane@example.com');
    const removed = await cm.json('edit', id, `${first.replace('/address', '')}=`, 'name/surname=');
    assert.equal(removed.changed, true);
    const after = await cm.json('show', id);
    assert.equal(first in after.fields, false);
    assert.equal(after.elements.emails.length, 1);
    assert.equal('name/surname' in after.fields, false);
  }));

test('values: text stays text, := is a number or yes/no, several new entries at once', () =>
  inFolder(async (cm) => {
    const id = await makeCard(
      cm,
      'a.book',
      'phones/new-1/number=0049',
      'phones/new-1/pref:=1',
      'phones/new-1/contexts/work:=true',
      'phones/new-2/number=0050',
      'notes/new/note=a=b := c',
    );
    const { fields, elements } = await cm.json('show', id, '--book', 'a.book');
    const [one, two] = elements.phones.toSorted((x) => (fields[`phones/${x}/number`] === '0049' ? -1 : 1));
    assert.deepEqual(
      ['number', 'pref', 'contexts/work'].map((leaf) => fields[`phones/${one}/${leaf}`]),
      ['0049', 1, true],
    );
    assert.equal(fields[`phones/${two}/number`], '0050');
    assert.equal(fields[`notes/${elements.notes[0]}/note`], 'a=b := c');
  }));

test('show prints what an edit takes, and what only orders is left out', () =>
  inFolder(async (cm) => {
    const id = await makeCard(
      cm,
      'contacts.book',
      'name/given=Jane',
      'notes/new/note=one\ntwo',
      'emails/new/address=j@example.com',
    );
    const text = await cm.ok('show', id.slice(0, 6));
    assert.match(
      text,
      new RegExp(`^Jane\n {2}id {8}${id}\n {2}revision {2}[0-9a-f]{64}\n\n {2}name\n {4}given {2}Jane\n`),
    );
    assert.match(text, /\n {2}emails\/\w{8}\n {4}address {2}j@example\.com\n/);
    assert.match(text, /\n {4}note {2}one\n {10}two\n/);
    assert.doesNotMatch(text, /order/);
  }));

test('history: who wrote what, and the card as it stood', () =>
  inFolder(async (cm) => {
    const id = await makeCard(cm, 'contacts.book', 'name/given=Jane', '--name', 'Laptop');
    const { revision } = await cm.json('show', id);
    await cm.ok('edit', id, 'name/given=Janet');
    const { history } = await cm.json('show', id, '--history');
    assert.deepEqual(
      history.map(({ writer, changes }) => [writer.label, changes]),
      [
        ['Laptop', [{ path: 'name/given', from: [], to: 'Jane' }]],
        ['Laptop', [{ path: 'name/given', from: ['Jane'], to: 'Janet' }]],
      ],
    );
    const text = await cm.ok('show', id, '--history');
    assert.match(
      text,
      /\n {2}change [0-9a-f]{8} {2}by Laptop, \d{4}-\d\d-\d\d \d\d:\d\d\n {4}name\/given {2}Jane {2}→ {2}Janet\n$/,
    );
    for (const at of [revision, history[0].hash.slice(0, 8)]) {
      assert.equal((await cm.json('show', id, '--at', at)).fields['name/given'], 'Jane');
    }
  }));

test('list: columns, search, limit, deleted', () =>
  inFolder(async (cm) => {
    await makeCard(cm, 'contacts.book', 'name/given=Jane', 'name/surname=Doe', 'emails/new/address=jane@example.com');
    await makeCard(cm, 'contacts.book', 'name/given=花子', 'emails/new/address=hanako@example.com');
    const gone = await makeCard(cm, 'contacts.book', 'name/given=Zoë');
    assert.match(await cm.ok('delete', gone), /^deleted \w{8} {2}Zoë\n$/);
    assert.match(
      await cm.ok('list'),
      /^\w{8} {2}Jane Doe {2}jane@example\.com\n\w{8} {2}花子 {6}hanako@example\.com\n$/,
    );
    assert.deepEqual(
      (await cm.json('list', '--search', 'EXAMPLE doe')).rows.map(({ name }) => name),
      ['Jane Doe'],
    );
    assert.equal(await cm.ok('list', '--search', 'nobody'), 'no card has all of these words\n');
    assert.match(await cm.ok('list', '--limit', '1'), /^\w{8} {2}Jane.*\nand 1 more\n$/);
    assert.deepEqual(
      (await cm.json('list', '--deleted')).rows.map(({ id, state }) => [id, state]),
      [[gone, 'deleted']],
    );
    assert.match(await cm.ok('restore', gone), /^restored \w{8} {2}Zoë\n$/);
    assert.equal((await cm.json('list')).total, 3);
  }));

test('status: numbers for both, and the hash if it is asked for', () =>
  inFolder(async (cm) => {
    const id = await makeCard(cm, 'contacts.book', 'name/given=Jane');
    await makeCard(cm, 'contacts.book', 'name/given=Zoë');
    await cm.ok('delete', id);
    await cm.ok('sync', '--relay', 'relay');
    const { replica, cards, deleted, conflicts, damage, stateHash } = await cm.json('status', '--hash');
    assert.match(replica, /^\w+$/);
    assert.deepEqual([cards, deleted, conflicts, damage], [1, 1, 0, []]);
    assert.match(stateHash, /^[0-9a-f]{64}$/);
    const text = await cm.ok('status');
    assert.match(text, /^book {12}\.\/contacts\.book\nreplica {9}\w+\ncards {11}1\ndeleted {9}1\n/);
    assert.match(text, /\nrelay {11}\S*relay: everything sent\n/);
  }));

test('the book is named by --book, else by CONTACTMESH_BOOK, else it is ./contacts.book', () =>
  inFolder(async (cm) => {
    const env = { CONTACTMESH_BOOK: cm.path('elsewhere') };
    assert.equal((await start(cm.folder, ['create', 'name/given=E'], { env }).ended).code, 0);
    await cm.ok('create', 'name/given=H');
    const names = async (...args) =>
      documentOf((await start(cm.folder, ['list', '--json', ...args], { env }).ended).stdout);
    assert.equal((await names()).rows[0].name, 'E');
    assert.equal((await names('--book', 'contacts.book')).rows[0].name, 'H');
    assert.equal((await cm.json('list', '--book', 'elsewhere')).rows[0].name, 'E');
  }));

test('a value cannot steer the terminal', () =>
  inFolder(async (cm) => {
    const id = await makeCard(cm, 'contacts.book', 'name/given=\u001b[31mJane\u0007', 'notes/new/note=a\rb\u202ec');
    for (const args of [['list'], ['show', id, '--history']]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point.
      assert.doesNotMatch(await cm.ok(...args), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    assert.equal((await cm.json('list')).rows[0].name, '\u001b[31mJane\u0007', 'programs get it as it is');
  }));
