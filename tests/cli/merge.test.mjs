// The promises, with the command alone: two books that sync through a folder lose nothing that
// anybody wrote, and say what a person has to decide.

import assert from 'node:assert/strict';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { converge, inFolder, makeCard, pathOf, SAMPLES, start } from './cli.mjs';

/** Two books with one card in both. */
function twoBooks(fields, body) {
  return inFolder(async (cm) => {
    const id = await makeCard(cm, 'a.book', ...fields, '--name', 'Laptop');
    await cm.ok('sync', '--relay', 'relay', '--book', 'a.book');
    await cm.ok('sync', '--relay', 'relay', '--book', 'b.book', '--name', 'Phone');
    const on = (book) => ({
      ok: (...args) => cm.ok(...args, '--book', book),
      json: (...args) => cm.json(...args, '--book', book),
    });
    await body({ cm, id, a: on('a.book'), b: on('b.book'), meet: () => converge(cm, 'a.book', 'b.book') });
  });
}

test('disjoint concurrent edits merge', () =>
  twoBooks(['name/given=Jane', 'emails/new/address=jane@example.com'], async ({ id, a, b, meet }) => {
    await a.ok('edit', id, 'name/given=Janet', 'phones/new/number=+1 555 0100');
    await b.ok('edit', id, 'notes/new/note=likes tea', 'kind=individual');
    await meet();
    for (const book of [a, b]) {
      const { fields, elements, conflicts } = await book.json('show', id);
      assert.deepEqual(conflicts, []);
      assert.equal(fields['name/given'], 'Janet');
      assert.equal(fields.kind, 'individual');
      assert.equal(fields[`notes/${elements.notes[0]}/note`], 'likes tea');
      assert.equal(fields[`phones/${elements.phones[0]}/number`], '+1 555 0100');
    }
    assert.equal(await a.ok('conflicts'), 'no open conflicts\n');
  }));

test('the same field on both sides is a conflict: both are shown with who and when, and one command decides', () =>
  twoBooks(['name/given=Jane', 'notes/new/note=0'], async ({ cm, id, a, b, meet }) => {
    const note = pathOf(await a.json('show', id), /^notes\/\w+\/note$/);
    await a.ok('edit', id, `${note}=tea`);
    await b.ok('edit', id, `${note}=coffee`);
    await meet();
    const text = await a.ok('conflicts', id);
    assert.match(text, new RegExp(`^Jane {2}${id.slice(0, 8)}\n {2}${note}: different values\n`));
    for (const [value, label] of [
      ['tea', 'Laptop'],
      ['coffee', 'Phone'],
    ]) {
      assert.match(text, new RegExp(`\n {4}[12] {2}${value} +by ${label}, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d`));
    }
    const { cards } = await a.json('conflicts');
    const { number } = cards[0].conflicts[0].candidates.find(({ value }) => value === 'coffee');
    const [, command] = new RegExp(`keep ${number}: {2}contactmesh (.*)\n`).exec(text);
    // The printed command as it stands, on the book it names.
    assert.match(command, / --book a\.book$/);
    const { code, stdout } = await start(cm.folder, command.split(' ')).ended;
    assert.deepEqual([code, stdout], [0, `decided ${note} of Jane; no conflict is left in it\n`]);
    await meet();
    assert.equal((await b.json('show', id)).fields[note], 'coffee');
    assert.equal((await b.json('status')).conflicts, 0);
  }));

test('an edit over an earlier revision makes a conflict with what came since', () =>
  twoBooks(['name/given=Jane', 'notes/new/note=0'], async ({ id, a, b, meet }) => {
    const form = await a.json('show', id);
    const note = pathOf(form, /^notes\/\w+\/note$/);
    await b.ok('edit', id, `${note}=arrived`);
    await meet();
    const text = await a.ok('edit', id, `${note}=typed`, '--revision', form.revision);
    assert.match(text, new RegExp(`it has 1 open conflict: contactmesh conflicts ${id.slice(0, 8)}\n$`));
    await meet();
    const [conflict] = (await b.json('conflicts')).cards[0].conflicts;
    assert.deepEqual(new Set(conflict.candidates.map(({ value }) => value)), new Set(['arrived', 'typed']));
  }));

test('delete against edit: the card stays until somebody decides', () =>
  twoBooks(['name/given=Jane', 'notes/new/note=0'], async ({ id, a, b, meet }) => {
    const note = pathOf(await a.json('show', id), /^notes\/\w+\/note$/);
    await a.ok('delete', id);
    await b.ok('edit', id, `${note}=still in use`);
    await meet();
    for (const book of [a, b]) {
      assert.equal((await book.json('list')).rows[0].conflicts, 1);
      assert.equal((await book.json('show', id)).fields[note], 'still in use');
    }
    assert.match(
      await a.ok('conflicts'),
      /state: deleted on one side, edited on the other\n {4}1 {2}not deleted {2}by Phone.*\n {4}2 {2}deleted +by Laptop/,
    );
    await a.ok('resolve', id, 'state', '--candidate', '2');
    await meet();
    assert.equal((await b.json('list')).total, 0);
    assert.deepEqual(
      (await b.json('list', '--deleted')).rows.map((row) => row.id),
      [id],
    );
  }));

test('halves of an address: a whole one is chosen', () =>
  twoBooks(
    ['name/given=Jane', 'addresses/new/locality=Wien', 'addresses/new/postcode=1010'],
    async ({ id, a, b, meet }) => {
      const address = pathOf(await a.json('show', id), /^addresses\/\w+$/);
      await a.ok('edit', id, `${address}/locality=Graz`);
      await b.ok('edit', id, `${address}/postcode=1020`);
      await meet();
      const [conflict] = (await a.json('conflicts')).cards[0].conflicts;
      assert.deepEqual([conflict.path, conflict.kind], [address, 'group']);
      const sides = conflict.candidates.map(({ fields }) => [
        fields[`${address}/locality`],
        fields[`${address}/postcode`],
      ]);
      assert.deepEqual(sides.sort(), [
        ['Graz', '1010'],
        ['Wien', '1020'],
      ]);
      await b.ok('resolve', id, address, '--candidate', '2');
      await meet();
      const { fields } = await a.json('show', id);
      assert.deepEqual(
        [fields[`${address}/locality`], fields[`${address}/postcode`]],
        Object.values(conflict.candidates[1].fields).slice(-2),
      );
    },
  ));

test('a restored backup goes on and merges', () =>
  twoBooks(['name/given=Jane'], async ({ cm, id, a, b, meet }) => {
    await cp(cm.path('a.book'), cm.path('backup'), { recursive: true });
    await a.ok('edit', id, 'name/surname=Doe');
    await meet();
    await rm(cm.path('a.book'), { recursive: true });
    await cp(cm.path('backup'), cm.path('a.book'), { recursive: true });
    await a.ok('edit', id, 'notes/new/note=after the restore');
    await b.ok('edit', id, 'kind=individual');
    await meet();
    const { fields, elements, conflicts } = await a.json('show', id);
    assert.deepEqual([fields['name/surname'], fields.kind, conflicts], ['Doe', 'individual', []]);
    assert.equal(fields[`notes/${elements.notes[0]}/note`], 'after the restore');
    assert.equal((await b.json('status')).equivocated, 0);
  }));

test('a cloned folder goes on and merges: both copies wrote', () =>
  twoBooks(['name/given=Jane'], async ({ cm, id, a, b, meet }) => {
    await cp(cm.path('a.book'), cm.path('clone.book'), { recursive: true });
    await a.ok('edit', id, 'name/surname=Doe');
    await cm.ok('edit', id, 'notes/new/note=from the clone', '--book', 'clone.book');
    await b.ok('edit', id, 'kind=individual');
    await converge(cm, 'a.book', 'clone.book', 'b.book');
    await meet();
    const { fields, elements } = await b.json('show', id);
    assert.deepEqual([fields['name/surname'], fields.kind], ['Doe', 'individual']);
    assert.equal(fields[`notes/${elements.notes[0]}/note`], 'from the clone');
    assert.equal((await b.json('status')).equivocated, 0);
  }));

test('two replicas import the same files: one set of cards, and of everything in them', () =>
  inFolder(async (cm) => {
    const files = (await readdir(SAMPLES))
      .filter((name) => /\.(vcf|json)$/.test(name))
      .map((name) => join(SAMPLES, name));
    await cm.ok('import', ...files, '--book', 'a.book');
    const alone = await contents(cm, 'a.book');
    await cm.ok('import', ...files, '--book', 'b.book');
    await converge(cm, 'a.book', 'b.book');
    const merged = await contents(cm, 'a.book');
    assert.deepEqual([...merged.keys()].sort(), [...alone.keys()].sort(), 'one set of cards');
    for (const [id, sets] of alone) assert.deepEqual(merged.get(id), sets, id);
    assert.deepEqual(merged, await contents(cm, 'b.book'));
    assert.equal((await cm.json('status', '--book', 'b.book')).conflicts, 0);
    assert.equal(await cm.ok('export', '--book', 'a.book'), await cm.ok('export', '--book', 'b.book'));
  }));

/** By card, the values of each kind of entry, in no order. */
async function contents(cm, book) {
  const out = new Map();
  for (const { id } of (await cm.json('list', '--book', book)).rows) {
    const { fields, elements } = await cm.json('show', id, '--book', book);
    const sets = {};
    for (const kind of ['addresses', 'organizations', 'titles', 'notes', 'media', 'emails', 'phones']) {
      sets[kind] = (elements[kind] ?? [])
        .map((element) => {
          const inside = Object.entries(fields).filter(([path]) => path.startsWith(`${kind}/${element}/`));
          return JSON.stringify(
            inside
              .filter(([path]) => !path.endsWith('/order'))
              .map(([path, value]) => [path.split('/').slice(2).join('/'), value]),
          );
        })
        .sort();
    }
    out.set(id, sets);
  }
  return out;
}
