// What is typed wrong is refused in one line that says what to type, with exit code 2; what is not there
// has code 4. Nothing is made or changed. Every text here is part of the interface for people.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { documentOf, inFolder, makeCard, vcards } from './cli.mjs';

const COMMANDS = [
  'import',
  'export',
  'list',
  'show',
  'create',
  'edit',
  'delete',
  'restore',
  'connect',
  'disconnect',
  'connections',
  'plan',
  'sync',
  'confirm',
  'same',
  'other',
  'retry',
  'letters',
  'conflicts',
  'resolve',
  'status',
  'flows',
];

const WRONG = [
  [[], 'contactmesh: no command is given; see `contactmesh help` (usage)'],
  [['lst'], 'contactmesh lst: there is no command `lst`; did you mean `list`? (usage)'],
  [['frobnicate'], 'contactmesh frobnicate: there is no command `frobnicate`; see `contactmesh help` (usage)'],
  [['list', '--frob'], 'contactmesh: there is no option --frob; see `contactmesh help` (usage)'],
  [['show', 'x', '--limit', '3'], 'contactmesh: `show` has no option --limit; see `contactmesh help show` (usage)'],
  [['list', '--limit', '0'], 'contactmesh list: --limit is a whole number from 1, not `0` (usage)'],
  [['list', '--limit', '1', '--limit', '2'], 'contactmesh: --limit is given twice; give it once (usage)'],
  [['list', '--book', ''], 'contactmesh: --book needs a value that is not empty (usage)'],
  [['list', 'anna'], 'contactmesh list: `anna` too much is given; write `contactmesh list` (usage)'],
  [['show'], 'contactmesh show: too little is given; write `contactmesh show ID` (usage)'],
  [['import'], 'contactmesh import: too little is given; write `contactmesh import FILE…` (usage)'],
  [['edit', 'abc'], 'contactmesh edit: too little is given; write `contactmesh edit ID path=value…` (usage)'],
  [['create', 'Jane'], 'contactmesh create: `Jane` is no field; write path=value, such as name/given=Jane (usage)'],
  [['create', 'kind=a', 'kind=b'], 'contactmesh create: `kind` is given twice; give it once (usage)'],
  [
    ['create', 'x/new/contexts/work=true'],
    'contactmesh create: `x/new/contexts/work=true` may mean yes/no or a word; write x/new/contexts/work:=true, or x/new/contexts/work:=\'"true"\' for the word (usage)',
  ],
  [
    ['create', 'x:={}'],
    'contactmesh create: `x:={}`: after := stands a JSON text, number, true, false or null; for plain text write = alone (usage)',
  ],
  [
    ['sync'],
    'contactmesh sync: there is nothing to sync with; name a folder with --relay DIR, or make a connection with `contactmesh connect` (usage)',
  ],
  [
    ['resolve', 'a', 'b'],
    'contactmesh resolve: --candidate N is needed, the number of the side to keep; `contactmesh conflicts` shows them (usage)',
  ],
  [['export', '--format', 'csv'], 'contactmesh export: --format is vcard, jscontact or automerge, not `csv` (usage)'],
  [
    ['export', '--format', 'automerge'],
    'contactmesh export: --out DIR is needed: automerge writes one file for each card (usage)',
  ],
  [['help', 'lst'], 'contactmesh help: there is no command `lst`; did you mean `list`? (usage)'],
  [
    ['import', 'nosuch.vcf'],
    'contactmesh import: reading nosuch.vcf: there is no such file; check the name. Nothing was imported (file-unreadable)',
  ],
  [
    ['import', '.'],
    'contactmesh import: reading .: it is a folder; name the files in it. Nothing was imported (file-unreadable)',
  ],
];

test('wrong use is refused in one line, and nothing is made', () =>
  inFolder(async (cm) => {
    for (const [args, line] of WRONG) assert.equal(await cm.fails(2, ...args), line);
    assert.deepEqual(await readdir(cm.folder), []);
  }));

test('without a book, every command that needs one says so and makes none', () =>
  inFolder(async (cm) => {
    const say = (name) =>
      `contactmesh ${name}: there is no book in ./contacts.book; name one with --book, or make one with import, create or sync (book-missing)`;
    const calls = [
      ['list'],
      ['show', 'x'],
      ['export'],
      ['status'],
      ['conflicts'],
      ['edit', 'x', 'a=b'],
      ['delete', 'x'],
      ['restore', 'x'],
      ['resolve', 'x', 'y', '--candidate', '1'],
    ];
    for (const args of calls) assert.equal(await cm.fails(4, ...args), say(args[0]));
    assert.deepEqual(await readdir(cm.folder), []);
  }));

test('what the engine refuses, and what is not there', () =>
  inFolder(async (cm) => {
    const id = await makeCard(cm, 'contacts.book', 'name/given=Jane');
    const lines = [
      [
        4,
        ['show', 'zz'],
        /^contactmesh show: no card's id begins with `zz`; `contactmesh list` shows them \(card-unknown\)$/,
      ],
      [4, ['show', 'book-origins'], /card-unknown/],
      [
        4,
        ['show', id, '--at', 'beef'],
        /^contactmesh show: the revision does not belong to card `\w+`; read the card again \(revision-unknown\)$/,
      ],
      [
        4,
        ['resolve', id, 'name/given', '--candidate', '1'],
        /^contactmesh resolve: `name\/given` of card `\w+` is not in conflict.* \(not-in-conflict\)$/,
      ],
      [2, ['edit', id, 'a b=c'], /^contactmesh edit: path `a b` has a segment .* \(bad-path\)$/],
      [
        2,
        ['edit', id, 'emails/zzz/address=x'],
        /the card has no `emails\/zzz`; write `emails\/new\/…` to add one \(bad-input\)$/,
      ],
      [2, ['restore', id], /is not deleted; there is nothing to restore \(bad-input\)$/],
      [2, ['edit', id, 'x:=1.5'], /\(bad-value\)$/],
    ];
    for (const [code, args, line] of lines) assert.match(await cm.fails(code, ...args), line);
    await cm.ok('delete', id);
    assert.match(await cm.fails(1, 'edit', id, 'name/given=X'), /is deleted; restore it first \(card-deleted\)$/);
    assert.match(
      await cm.fails(1, 'export', id),
      /is deleted; restore it first\. Nothing was written \(card-deleted\)$/,
    );
  }));

test('the beginning of an id is enough while no other begins the same', () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('a.vcf'), vcards(34));
    await cm.ok('import', 'a.vcf');
    const { rows } = await cm.json('list');
    const letters = rows.map(({ id }) => id[0]);
    // 34 ids over 32 letters: two begin the same.
    const twice = letters.find((letter, n) => letters.indexOf(letter) !== n);
    const line = await cm.fails(4, 'show', twice);
    assert.match(
      line,
      /^contactmesh show: \d+ cards' ids begin with `.` \(\w{24} .*\); type more of it \(card-ambiguous\)$/,
    );
    const { id } = rows.find((row) => row.id.startsWith(twice));
    assert.equal((await cm.json('show', id.slice(0, 10).toUpperCase())).id, id);
  }));

test('with --json a failure is a document too', () =>
  inFolder(async (cm) => {
    const { code, stdout, stderr } = await cm('list', '--json');
    assert.equal(code, 4);
    assert.deepEqual(documentOf(stdout), {
      error: {
        code: 'book-missing',
        message: 'there is no book in ./contacts.book; name one with --book, or make one with import, create or sync',
      },
    });
    assert.match(stderr, /\(book-missing\)\n$/, 'and people are told');
    assert.equal(documentOf((await cm('--json', '--frob')).stdout).error.code, 'usage');
  }));

test('help and version', () =>
  inFolder(async (cm) => {
    const help = await cm.ok('help');
    for (const name of COMMANDS) {
      assert.match(help, new RegExp(`\n {2}${name} `));
      const own = await cm.ok('help', name);
      assert.match(own, new RegExp(`^contactmesh ${name}( [^\n]+)?\n\n[A-Z][^\n]+\\.\n`));
      assert.equal(await cm.ok(name, '--help'), own);
      assert.ok(
        own.split('\n').every((line) => line.length <= 100),
        own,
      );
    }
    assert.equal(await cm.ok('--help'), help);
    assert.deepEqual(
      (await cm.json('help')).commands.map(({ name }) => name),
      COMMANDS,
    );
    assert.match(await cm.ok('--version'), /^\d+\.\d+\.\d+\n$/);
  }));

test('the exit codes are documented as the help says them', () =>
  inFolder(async (cm) => {
    const { exit, commands } = await cm.json('help');
    const page = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    for (const [code, meaning] of Object.entries(exit)) assert.ok(page.includes(`| ${code} | ${meaning} |`), meaning);
    for (const { name } of commands) assert.ok(page.includes(`\`${name}\``), name);
  }));
