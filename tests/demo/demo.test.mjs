// `npm start`'s job as a person runs it, in a process of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';

const folder = mkdtempSync(join(tmpdir(), 'contactmesh-demo-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(...args) {
  const job = join(root, 'pkg/dist/demo/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [job, ...args], { encoding: 'utf8', cwd: folder });
  return { status, stdout, stderr, last: stdout.trim().split('\n').at(-1) };
}

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** How many contacts the mailbox has that nobody else has: four at first, one later. */
const OWN = 5;

const person = (n) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person ${n}\r\nN:Number${n};Person;;;\r\nEMAIL:p${n}@example.com\r\nTEL:+1 555 010${n}\r\nUID:p${n}\r\nEND:VCARD\r\n`;

test('the samples meet, and people are told what merged and what is open', () => {
  const { status, stdout } = start();
  assert.equal(status, 0);
  assert.match(stdout, /Both devices hold the same; a further round sends nothing/);
  assert.match(stdout, /while 4 answers got lost/);
  assert.match(
    stdout,
    /A mailbox with 8 contacts of its own: 4 new people came, 2 were known, of 2 somebody had to say/,
  );
  assert.match(stdout, /Edited here and in Outlook[\s\S]*\(Outlook\)/);
  assert.match(stdout, /The mailbox holds the same in all \d+ fields/);
  assert.match(stdout, /the whole address\?/);
  assert.match(stdout, /▸/);
});

test('--check ends with one line of JSON and speaks to people on stderr', () => {
  const { status, stdout, stderr, last } = start('--check');
  assert.equal(status, 0);
  const result = JSON.parse(last);
  assert.deepEqual(Object.keys(result), ['cards', 'mergedFields', 'conflicts', 'requests', 'mailbox', 'converged']);
  assert.equal(result.converged, true);
  assert.ok(result.cards > 30 && result.mergedFields > 20 && result.conflicts > 5 && result.requests >= 4, last);
  const { contacts, rows, fields, open, different } = result.mailbox;
  assert.deepEqual(Object.keys(result.mailbox), ['contacts', 'rows', 'fields', 'open', 'different']);
  assert.equal(different, 0);
  assert.ok(contacts > 35 && rows > 30 && rows <= contacts && fields > 10 * rows && open < rows, last);
  assert.equal(stdout.trim(), last);
  assert.match(stderr, /people on each device/);
});

test('the same files give the same story, and stay as they were', () => {
  const path = file('team.vcf', [1, 2, 3, 4, 5, 6, 7].map(person).join(''));
  const before = readFileSync(path);
  const [one, two] = [start('--check', path), start('--check', path)];
  assert.equal(one.last, two.last);
  const { cards, mailbox } = JSON.parse(one.last);
  // One person is deleted here and edited there, so nobody knows yet whether they are in the mailbox.
  assert.deepEqual([cards, mailbox.contacts], [7 + OWN, 7 + OWN]);
  assert.deepEqual(readFileSync(path), before);
});

test('one card alone is enough', () => {
  const { status, last } = start('--check', file('one.vcf', person(1)));
  assert.equal(status, 0);
  const { cards, mailbox } = JSON.parse(last);
  assert.deepEqual([cards, mailbox.contacts, mailbox.different], [1 + OWN, 1 + OWN, 0]);
});

test('half a file gives its whole cards and says what is missing', () => {
  const { status, stderr, last } = start('--check', file('half.vcf', person(1) + person(2).slice(0, 60)));
  assert.equal(status, 0);
  assert.equal(JSON.parse(last).cards, 1 + OWN);
  assert.match(stderr, /END:VCARD|ends|cut/i);
});

test('no card is exit 2, a file that is not there exit 1, wrong use exit 2', () => {
  const nobody = start('--check', file('no.vcf', 'not a contact'));
  assert.equal(nobody.status, 2);
  assert.match(nobody.stderr, /no contact in these files/);
  const missing = start('--check', join(folder, 'nosuch.vcf'));
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /nosuch\.vcf.*name files that are there/);
  assert.equal(start('--chek').status, 2);
});
