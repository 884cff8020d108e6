// What `export --format automerge` writes, opened by stock Automerge: every path has the same values, every
// conflict the same sides, every version of an undecided group the same leaves. The book is made by two
// replicas that meant different things.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as Automerge from '@automerge/automerge';
import { converge, inFolder, makeCard, pathOf, SAMPLES } from '../cli/cli.mjs';

const LONG = 'Lorem ipsum dolor sit amet, Привет 😀 '.repeat(700);

test('stock Automerge sees the values and the conflicts that the command shows', () =>
  inFolder(async (cm) => {
    const on = (book) => ({
      edit: (id, ...fields) => cm.ok('edit', id, ...fields, '--book', book),
      ok: (...args) => cm.ok(...args, '--book', book),
    });
    const [a, b] = [on('a.book'), on('b.book')];
    const ids = await start(cm);
    const { jane, gone, kept } = ids;
    await cm.ok('import', join(SAMPLES, 'nextcloud.vcf'), '--book', 'a.book');
    await converge(cm, 'a.book', 'b.book');
    const card = await cm.json('show', jane, '--book', 'a.book');
    const at = (form) => pathOf(card, form);
    const [note, email] = [at(/^notes\/\w+\/note$/), at(/^emails\/\w+$/)];
    const [address, phone] = [at(/^addresses\/\w+$/), at(/^phones\/\w+$/)];
    // One and the same value on both sides is no conflict; the others are, each of another kind.
    await a.edit(
      jane,
      `${note}=${LONG}`,
      'name/given=Janet',
      `${address}/locality=Graz`,
      'kind=individual',
      `${phone}/pref:=2`,
    );
    await b.edit(
      jane,
      `${note}=ليلى 例 é`,
      'name/surname=Ñandú',
      `${address}/postcode=1020`,
      'kind=individual',
      `${phone}/pref:=9007199254740991`,
    );
    await a.edit(jane, `${email}=`);
    await b.edit(jane, `${email}/label=private`);
    await a.ok('delete', gone);
    await b.edit(gone, 'language=de');
    await a.edit(kept, 'language=');
    await b.edit(kept, 'language=fr');
    await converge(cm, 'a.book', 'b.book');
    const seen = { value: 0, presence: 0, state: 0, group: 0 };
    await cm.ok('export', '--format', 'automerge', '--out', 'cards', '--book', 'b.book');
    const { rows } = await cm.json('list', '--book', 'b.book');
    assert.ok(rows.length > 8);
    for (const { id } of rows) {
      const shown = await cm.json('show', id, '--history', '--book', 'b.book');
      const doc = Automerge.load(new Uint8Array(await readFile(cm.path('cards', `${id}.automerge`))));
      compare(doc, shown);
      for (const { kind } of shown.conflicts) seen[kind] += 1;
    }
    assert.deepEqual(seen, { value: 3, presence: 1, state: 1, group: 2 });
    const doc = Automerge.load(new Uint8Array(await readFile(cm.path('cards', `${jane}.automerge`))));
    assert.deepEqual(new Set(valuesAt(doc, note)), new Set([LONG, 'ليلى 例 é']));
  }));

/** Three cards that both books have. */
async function start(cm) {
  const jane = await makeCard(
    cm,
    'a.book',
    'name/given=Jane',
    'name/surname=Doe',
    'notes/new/note=short',
    'emails/new/address=jane@example.com',
    'addresses/new/locality=Wien',
    'addresses/new/postcode=1010',
    'phones/new/number=+1 555 0100',
    'phones/new/pref:=1',
    'titles/new/name=Engineer',
  );
  const { elements } = await cm.json('show', jane, '--book', 'a.book');
  await cm.ok('edit', jane, `titles/${elements.titles[0]}=`, '--book', 'a.book');
  const gone = await makeCard(cm, 'a.book', 'name/given=Zoë');
  const kept = await makeCard(cm, 'a.book', 'name/given=花子', 'language=ja');
  return { jane, gone, kept };
}

/** Every path of the document against the card, and every field of the card against the document. */
function compare(doc, card) {
  const conflicts = new Map(card.conflicts.map((conflict) => [conflict.path, conflict]));
  for (const path of Object.keys(card.fields)) assert.ok(path in doc, `${path} is in the document`);
  assert.equal(Automerge.getAllChanges(doc).length, card.history.length);
  for (const path of Object.keys(doc)) {
    const values = valuesAt(doc, path);
    const conflict = conflicts.get(path);
    conflicts.delete(path);
    if (conflict?.kind === 'group') {
      assert.deepEqual(
        groupVersions(doc, path),
        new Set(conflict.candidates.map(({ value, fields }) => leavesOf(value, fields))),
        path,
      );
    } else if (conflict !== undefined) {
      const sides = conflict.candidates.map(({ value }) => value);
      assert.deepEqual(new Set(values), new Set(sides), path);
      assert.equal(
        operationsAt(doc, path).length,
        conflict.candidates.reduce((sum, { writers }) => sum + writers.length, 0),
      );
      assert.equal(path === 'state' ? card.state : (card.fields[path] ?? null), sides[0], path);
    } else if (groupAround(path, card) !== undefined) {
      // Its versions are compared as wholes; the first of them is what the card shows.
      assert.equal(card.fields[path] ?? null, groupAround(path, card).candidates[0].fields[path] ?? null, path);
    } else {
      const shown = path === 'state' ? card.state : card.fields[path];
      if (shown !== undefined) assert.deepEqual(new Set(values), new Set([shown]), path);
      else assert.ok(values.includes(null) || isHidden(path, card), `${path} is cleared, or its entry is not there`);
    }
  }
  assert.deepEqual([...conflicts.keys()], [], 'each conflict is one of the document');
}

/** Strings are objects to Automerge, and integers beyond 32 bits may be bigints: the same values all the same. */
function plain(value) {
  if (value instanceof Automerge.ImmutableString) return value.toString();
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Operation ids and values of the candidates at a path. */
function operationsAt(doc, path) {
  const conflicts = Automerge.getConflicts(doc, path);
  return conflicts === undefined
    ? [['only', plain(doc[path])]]
    : Object.entries(conflicts).map(([id, value]) => [id, plain(value)]);
}

const valuesAt = (doc, path) => operationsAt(doc, path).map(([, value]) => value);

const presenceOf = (path) => (path.startsWith('name/') ? 'name' : path.split('/').slice(0, 2).join('/'));

const isHidden = (path, card) => presenceOf(path) !== path && !(presenceOf(path) in card.fields);

const groupAround = (path, card) =>
  card.conflicts.find(({ kind, path: group }) => kind === 'group' && path.startsWith(`${group}/`));

const leavesOf = (value, fields) =>
  JSON.stringify([value, Object.entries(fields).sort(([x], [y]) => (x < y ? -1 : 1))]);

/** The group as it stood after each of the changes that wrote its presence last. */
function groupVersions(doc, presence) {
  const changes = Automerge.getAllChanges(doc).map((change) => Automerge.decodeChange(change));
  const versions = operationsAt(doc, presence).map(([id]) => {
    const [counter, actor] = id.split('@');
    const writer = changes.find(
      (change) =>
        change.actor === actor &&
        change.startOp <= Number(counter) &&
        Number(counter) < change.startOp + change.ops.length,
    );
    const then = Automerge.view(doc, [writer.hash]);
    const inside = Object.keys(then).filter((path) => path.startsWith(`${presence}/`) && plain(then[path]) !== null);
    return leavesOf(plain(then[presence]), Object.fromEntries(inside.map((path) => [path, plain(then[path])])));
  });
  return new Set(versions);
}
