// Bad places for a book: foreign folders, damaged logs, disks that are full or read-only, and somebody
// else who writes. A clear line each, and what was there is untouched.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inFolder, MAIN, makeCard, start, vcards } from './cli.mjs';

/** Every file of a folder, to see that nothing changed. */
async function snapshot(folder) {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(`${folder}/${name}`, 'latin1')]));
}

test('a folder that holds something else is refused and left as it is', () =>
  inFolder(async (cm) => {
    await mkdir(cm.path('documents'));
    await writeFile(cm.path('documents', 'letter.txt'), 'Dear Jane');
    await writeFile(cm.path('a.vcf'), vcards(1));
    for (const args of [['import', 'a.vcf'], ['create', 'kind=x'], ['list'], ['sync', '--relay', 'relay']]) {
      const line = await cm.fails(1, ...args, '--book', 'documents');
      assert.equal(
        line,
        `contactmesh ${args[0]}: opening the book in documents: the folder holds other things and no book, and is left as it is; name another with --book (storage-foreign)`,
      );
    }
    assert.deepEqual(await snapshot(cm.path('documents')), [['letter.txt', 'Dear Jane']]);
    assert.match(
      await cm.fails(1, 'list', '--book', 'a.vcf'),
      /that is a file and no folder; name the folder with --book \(storage-foreign\)$/,
    );
    assert.match(
      await cm.fails(1, 'sync', '--relay', 'documents'),
      /^contactmesh sync: .*documents.* \(relay-foreign\)$/,
    );
  }));

test('a book.log of another program is refused and left as it is', () =>
  inFolder(async (cm) => {
    await mkdir(cm.path('other'));
    await writeFile(cm.path('other', 'book.log'), 'chapter 1: it was a dark and stormy night\n'.repeat(100));
    const before = await snapshot(cm.path('other'));
    for (const args of [['list'], ['create', 'kind=x']]) {
      assert.match(await cm.fails(1, ...args, '--book', 'other'), /other\/book\.log.*\(storage-foreign\)$/);
    }
    assert.deepEqual(await snapshot(cm.path('other')), before);
  }));

test('bits that flipped in the middle: said at every command, everything else is there, a sync heals it', () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('a.vcf'), vcards(40));
    await cm.ok('import', 'a.vcf');
    const first = await makeCard(cm, 'contacts.book', 'name/given=Qanex');
    await makeCard(cm, 'contacts.book', 'name/given=Zoë');
    await cm.ok('sync', '--relay', 'relay');
    const log = cm.path('contacts.book', 'book.log');
    const bytes = await readFile(log);
    // In the change itself and in the row that is kept of it, so that the card is gone here.
    for (let at = bytes.indexOf('Qanex'); at >= 0; at = bytes.indexOf('Qanex', at + 1)) bytes[at] ^= 1;
    await writeFile(log, bytes);
    const damaged = await snapshot(cm.path('contacts.book'));
    const { code, stdout, stderr } = await cm('list', '--json');
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).total, 41, 'the others are there');
    assert.match(stderr, /^warning: \d+ records of the book cannot be read .* a sync fetches again .*\n$/);
    const status = await cm('status');
    assert.equal(status.code, 3);
    assert.match(status.stdout, /\ncannot be read: pack\/\S+: .*\n/);
    assert.deepEqual(await snapshot(cm.path('contacts.book')), damaged, 'reading changed nothing');
    // The relay was read long ago up to its end; what was lost is before that.
    await cm.ok('sync', '--relay', 'relay');
    assert.equal((await cm.json('show', first)).fields['name/given'], 'Qanex');
    await cm.ok('sync', '--relay', 'relay', '--book', 'new.book');
    const hashes = ['contacts.book', 'new.book'].map(
      async (book) => JSON.parse((await cm('status', '--hash', '--json', '--book', book)).stdout).stateHash,
    );
    assert.equal(...(await Promise.all(hashes)));
  }));

test('a log that lost its end reads up to there; one that is gone beside its older state is not begun anew', () =>
  inFolder(async (cm) => {
    await makeCard(cm, 'contacts.book', 'name/given=Jane');
    await makeCard(cm, 'contacts.book', 'name/given=Zoë');
    const log = cm.path('contacts.book', 'book.log');
    const bytes = await readFile(log);
    await writeFile(log, bytes.subarray(0, bytes.length - 10));
    assert.equal((await cm.json('list')).rows[0].name, 'Jane');
    await mkdir(cm.path('lost'));
    await writeFile(cm.path('lost', 'book.log.previous'), bytes);
    for (const args of [['list'], ['create', 'kind=x']]) {
      assert.match(await cm.fails(1, ...args, '--book', 'lost'), /book\.log is missing.*\(storage-damaged\)$/);
    }
    assert.deepEqual(await readdir(cm.path('lost')), ['book.log.previous']);
  }));

test('two processes: the second is refused with the id of the first, may read, and may take over', () =>
  inFolder(async (cm) => {
    await makeCard(cm, 'contacts.book', 'name/given=Jane');
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, MAIN, cm.path('contacts.book')]);
    try {
      await new Promise((settle, fail) => {
        holder.stdout.once('data', settle);
        holder.once('close', () => fail(new Error('the holder ended')));
      });
      const line = await cm.fails(5, 'create', 'name/given=Zoë');
      assert.match(line, new RegExp(`^contactmesh create: .*process ${holder.pid} on .*--steal \\(storage-locked\\)$`));
      assert.equal((await cm.json('list')).total, 1, 'reading needs no lease');
      await cm.ok('create', 'name/given=Zoë', '--steal');
    } finally {
      holder.kill('SIGKILL');
    }
    await cm.ok('create', 'name/given=Eve');
    assert.deepEqual(
      (await cm.json('list')).rows.map(({ name }) => name),
      ['Eve', 'Jane', 'Zoë'],
    );
  }));

const HOLDER = `
  const { openBook, openFileStorage } = await import(new URL('../node.js', 'file://' + process.argv[1]));
  await openBook({ storage: await openFileStorage(process.argv[2]) });
  console.log('holds');
  setInterval(() => {}, 1000);
`;

/** Whether a small disk of our own can be mounted, in a namespace that ends with the process. */
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/** Runs a shell script in a namespace with a disk of `size` at ./disk; `$CM` is the command. */
async function onSmallDisk(cm, size, script) {
  await mkdir(cm.path('disk'));
  const all = `mount -t tmpfs -o size=${size} tmpfs disk && { ${script}; }`;
  const env = { ...process.env, CM: `${process.execPath} ${MAIN}` };
  return spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', all], {
    cwd: cm.folder,
    env,
    encoding: 'utf8',
  });
}

const SKIP = canMount ? false : 'no disk can be mounted here; tests/storage/faults.test.mjs plays one';

test('a disk that is full: said, what was saved before is there', { skip: SKIP }, () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('big.vcf'), vcards(5000));
    await writeFile(cm.path('small.vcf'), vcards(20));
    const { stdout, stderr } = await onSmallDisk(
      cm,
      '1m',
      '$CM import small.vcf --book disk/b && $CM import big.vcf --book disk/b; echo "code $?"; $CM status --book disk/b',
    );
    assert.match(stderr, /^contactmesh import: .*no room on the disk\..*free some room.*\(storage-full\)\n$/);
    assert.match(stdout, /\ncode 1\n/);
    const cards = Number(/\ncards +(\d+)\n/.exec(stdout)[1]);
    assert.ok(cards === 20 || (cards > 20 && cards % 500 === 0), `${cards} cards: whole commits`);
  }),
);

test('a disk that is read-only: reading works, writing says why', { skip: SKIP }, () =>
  inFolder(async (cm) => {
    const script =
      '$CM create name/given=Jane --book disk/b && mount -o remount,ro disk && $CM list --book disk/b && $CM create name/given=Zoe --book disk/b; echo "code $?"';
    const { stdout, stderr } = await onSmallDisk(cm, '4m', script);
    assert.match(stdout, /^made .*\n\w+ {2}Jane\ncode 1\n$/);
    assert.match(stderr, /^contactmesh create: .*read-only.*use another folder \(storage-io\)\n$/);
  }),
);

test('a process that was killed leaves no lock', () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('big.vcf'), vcards(3000));
    const { child, ended } = start(cm.folder, ['import', 'big.vcf']);
    while (!(await readdir(cm.folder)).includes('contacts.book')) await new Promise((settle) => setTimeout(settle, 2));
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL');
    await cm.ok('create', 'name/given=Jane');
  }));
