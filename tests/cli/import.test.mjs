// Contact files in and out: what is told, what is kept, and that nothing is lost when a file is bad.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentOf, inFolder, MAIN, SAMPLES, start, vcards } from './cli.mjs';

const samples = async () =>
  (await readdir(SAMPLES)).filter((name) => /\.(vcf|json)$/.test(name)).map((name) => join(SAMPLES, name));

const counts = ({ created, updated, unchanged, deleted, proposals }) =>
  [created, updated, unchanged, deleted, proposals].map((ids) => ids.length);

test('several files: what became of each; a second time nothing changes', () =>
  inFolder(async (cm) => {
    const files = await samples();
    const first = await cm.json('import', ...files);
    assert.deepEqual(
      first.files.map(({ file }) => file),
      files,
    );
    for (const one of first.files)
      assert.equal(
        counts(one).reduce((a, b) => a + b),
        one.cards,
      );
    const before = await cm.json('status', '--hash');
    const text = await cm.ok('import', ...files);
    assert.match(text, /\ntogether +43 cards {2}43 unchanged\n$/);
    const after = await cm.json('status', '--hash');
    assert.deepEqual([after.changes, after.stateHash], [before.changes, before.stateHash]);
  }));

test('--report: per property, per file and together, and nothing is missing', () =>
  inFolder(async (cm) => {
    const files = await samples();
    const { files: each, properties } = await cm.json('import', ...files, '--report');
    for (const [property, sum] of Object.entries(properties)) {
      const lines = each.reduce((total, { report }) => total + (report.properties[property]?.lines ?? 0), 0);
      assert.equal(sum.lines, lines, property);
      assert.equal(sum.missing, 0, property);
      assert.equal(sum.lines, sum.field + sum.extra + sum.file + sum.empty, property);
    }
    const text = await cm.ok('import', ...files, '--report', '--book', 'b.book');
    const tables = text.split('\n\n').slice(1);
    assert.equal(tables.length, files.length + 1);
    assert.match(tables.at(-1), /^together +lines +field +extra +file +empty +missing\n/);
    assert.match(tables.at(-1), new RegExp(`\nTEL +${properties.TEL.lines} `));
    assert.match(tables.at(-1), /\nall( +\d+){5} +0\n$/);
  }));

test('standard input, and a file that names nobody twice', () =>
  inFolder(async (cm) => {
    const args = ['import', '-', '--json'];
    const { code, stdout } = await start(cm.folder, args, { input: vcards(3) }).ended;
    assert.equal(code, 0);
    assert.deepEqual(counts(documentOf(stdout).files[0]), [3, 0, 0, 0, 0]);
    const { rows } = await cm.json('list');
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Person 0', 'Person 1', 'Person 2'],
    );
    const { history } = await cm.json('show', rows[0].id, '--history');
    assert.equal(history[0].writer.run, 'stdin');
  }));

test('a newer version of a file updates; a card deleted here is left alone and named', () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('a.vcf'), vcards(2));
    await cm.ok('import', 'a.vcf');
    const [one, two] = (await cm.json('list')).rows;
    await cm.ok('delete', two.id);
    await writeFile(cm.path('a.vcf'), vcards(2).replace('p0@example.com', 'new@example.com'));
    const text = await cm.ok('import', 'a.vcf');
    assert.match(text, /^a\.vcf {2}2 cards {2}1 updated and 1 deleted\n/);
    assert.ok(text.includes(`is deleted here and was left alone: contactmesh restore ${two.id.slice(0, 8)}\n`), text);
    const { elements, fields } = await cm.json('show', one.id);
    assert.deepEqual(
      new Set(elements.emails.map((id) => fields[`emails/${id}/address`])),
      new Set(['p0@example.com', 'new@example.com']),
      'an import adds, and removes nothing',
    );
  }));

test('half a file: the whole cards are imported, the exit code is 3, and the rest follows', () =>
  inFolder(async (cm) => {
    const whole = vcards(10);
    await writeFile(cm.path('half.vcf'), whole.slice(0, Math.floor(whole.length / 2) + 20));
    const { code, stdout, stderr } = await cm('import', 'half.vcf');
    assert.equal(code, 3);
    assert.match(stdout, /^half\.vcf {2}5 cards {2}5 created\n$/);
    assert.match(
      stderr,
      /^contactmesh import: half\.vcf: .*has no END:VCARD.* The whole cards are in the book; importing the file again doubles nothing \(format-truncated\)\n$/,
    );
    await writeFile(cm.path('half.vcf'), whole);
    assert.match(await cm.ok('import', 'half.vcf'), /5 created and 5 unchanged/);
  }));

test('what is no contact file makes no book; beside a good file it is said and the good one imported', () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('letter.txt'), 'Dear Jane,\n');
    await writeFile(cm.path('empty.vcf'), '');
    await writeFile(cm.path('bad.json'), '{"@type":"Card"');
    await writeFile(cm.path('good.vcf'), vcards(1));
    for (const name of ['letter.txt', 'empty.vcf', 'bad.json']) {
      const line = await cm.fails(2, 'import', name);
      assert.match(line, new RegExp(`^contactmesh import: importing ${name}: .* \\(format-[a-z-]+\\)$`));
    }
    assert.match(
      await cm.fails(2, 'import', 'letter.txt', 'empty.vcf'),
      /nor is there a contact in the other files \(/,
    );
    assert.equal((await readdir(cm.folder)).includes('contacts.book'), false);
    const { code, stdout, stderr } = await cm('import', 'letter.txt', 'good.vcf', '--json');
    assert.equal(code, 3);
    const [letter, good] = documentOf(stdout).files;
    assert.match(letter.error.code, /^format-/);
    assert.deepEqual([good.error, good.created.length], [undefined, 1]);
    assert.match(stderr, /^contactmesh import: importing letter\.txt: .*\n$/);
  }));

test('photos are in the book, and come out again', () =>
  inFolder(async (cm) => {
    await cm.ok('import', join(SAMPLES, 'nextcloud.vcf'));
    const { rows } = await cm.json('list');
    const photo = rows.find((row) => row.photo !== undefined);
    const vcf = await cm.ok('export', photo.id);
    const [, base64] = /PHOTO[^\n]*?base64,([A-Za-z0-9+/=\r\n ]+)/.exec(vcf.replaceAll(/\r?\n[ \t]/g, ''));
    const bytes = Buffer.from(base64, 'base64');
    assert.equal(createHash('sha256').update(bytes).digest('hex'), photo.photo);
  }));

test('export: vCard and JSContact come back as the same cards; automerge is a file for each', () =>
  inFolder(async (cm) => {
    await cm.ok('import', ...(await samples()));
    const { rows } = await cm.json('list');
    for (const [format, name] of [
      ['vcard', 'all.vcf'],
      ['jscontact', 'all.json'],
    ]) {
      const { cards, out } = await cm.json('export', '--format', format, '--out', name);
      assert.deepEqual([cards, out], [rows.length, name]);
      assert.equal(await cm.ok('export', '--format', format), await readFile(cm.path(name), 'utf8'));
      assert.match(await cm.ok('import', name, '--book', `${format}.book`), new RegExp(`${rows.length} cards`));
    }
    const { files } = await cm.json('export', '--format', 'automerge', '--out', 'cards');
    assert.deepEqual(new Set(files), new Set(rows.map(({ id }) => join('cards', `${id}.automerge`))));
    await cm.ok('export', rows[0].id, '--out', 'one.vcf');
    assert.match(await readFile(cm.path('one.vcf'), 'utf8'), /^BEGIN:VCARD\r\n(.*\r\n)*END:VCARD\r\n$/);
  }));

test('an export that cannot be written leaves what was there', () =>
  inFolder(async (cm) => {
    await cm.ok('create', 'name/given=Jane');
    await mkdir(cm.path('folder'));
    assert.match(
      await cm.fails(1, 'export', '--out', 'folder'),
      /^contactmesh export: writing folder: a folder is where the file should be; choose another place with --out \(output-failed\)$/,
    );
    assert.match(await cm.fails(1, 'export', '--out', 'no/such.vcf'), /its folder is not there/);
    assert.deepEqual((await readdir(cm.folder)).sort(), ['contacts.book', 'folder']);
  }));

test('a reader that goes away is no failure; a full disk is one', { skip: process.platform === 'win32' }, () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('many.vcf'), vcards(2000));
    await cm.ok('import', 'many.vcf');
    const { child, ended } = start(cm.folder, ['export']);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
    if (process.platform !== 'linux') return;
    const full = spawn(process.execPath, [MAIN, 'list'], {
      cwd: cm.folder,
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    let said = '';
    full.stderr.on('data', (text) => {
      said += text;
    });
    assert.equal(await new Promise((settle) => full.on('close', settle)), 1);
    assert.match(said, /^contactmesh list: writing the result: .*no space left.*\(output-failed\)\n$/);
  }),
);
