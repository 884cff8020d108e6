// The command as people run it: a child process for every call, in a folder of its own. Asserts
// nothing but that a document of --json is one.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../pkg/dist/cli/main.js', import.meta.url));
export const SAMPLES = fileURLToPath(new URL('../../samples', import.meta.url));

/** Without what the machine may have set, and with one time zone. */
const ENV = { ...process.env, TZ: 'UTC', CONTACTMESH_BOOK: '', NODE_OPTIONS: '' };

/** Starts the command; `ended` resolves to its code, signal and output. */
export function start(cwd, args, { input, env = {} } = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...ENV, ...env } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text) => {
      output[name] += text;
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const ended = new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => settle({ code, signal, ...output }));
  });
  return { child, ended };
}

/** A folder with the command in it: `cm('list')` runs, `cm.ok` expects 0, `cm.json` parses, `cm.fails` expects a code. */
export async function inFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-cli-'));
  const cm = (...args) => start(folder, args).ended;
  cm.folder = folder;
  cm.path = (...names) => join(folder, ...names);
  cm.ok = async (...args) => {
    const { code, stdout, stderr } = await cm(...args);
    assert.equal(code, 0, `contactmesh ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  cm.json = async (...args) => documentOf(await cm.ok(...args, '--json'));
  cm.fails = async (expected, ...args) => {
    const { code, stdout, stderr } = await cm(...args);
    assert.equal(code, expected, `contactmesh ${args.join(' ')}: ${stdout}${stderr}`);
    assert.match(stderr, /^[^\n]+\n$/, 'one line says it');
    return stderr.trimEnd();
  };
  try {
    return await body(cm);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The one document that stdout holds. */
export function documentOf(stdout) {
  assert.match(stdout, /^[^\n]+\n$/, 'one document, one line');
  return JSON.parse(stdout);
}

/** Makes a card in a book and returns its id. */
export async function makeCard(cm, book, ...fields) {
  const { id } = await cm.json('create', ...fields, '--book', book);
  return id;
}

/** Syncs the books with one relay until nothing moves, and checks that all of them are equal. */
export async function converge(cm, ...books) {
  for (let round = 0; round < 2; round += 1) {
    for (const book of books) await cm.ok('sync', '--relay', 'relay', '--book', book);
  }
  const hashes = new Set();
  for (const book of books) {
    const { sent, came } = await quiet(cm, book);
    assert.deepEqual([sent, came], [0, 0], `${book} has nothing more to say`);
    hashes.add((await cm.json('status', '--hash', '--book', book)).stateHash);
  }
  assert.equal(hashes.size, 1, 'every replica shows and keeps the same');
}

async function quiet(cm, book) {
  const { pushed, accepted } = await cm.json('sync', '--relay', 'relay', '--book', book);
  return { sent: pushed, came: accepted };
}

/** A vCard file of fictional people. */
export function vcards(count, { first = 0 } = {}) {
  const card = (n) =>
    `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:urn:example:${n}\r\nFN:Person ${n}\r\nN:${n};Person;;;\r\nEMAIL:p${n}@example.com\r\nTEL:+1555${String(n).padStart(7, '0')}\r\nEND:VCARD\r\n`;
  return Array.from({ length: count }, (_, n) => card(first + n)).join('');
}

/** The one path of a card's fields that matches. */
export function pathOf(card, form) {
  const found = Object.keys(card.fields).filter((path) => form.test(path));
  assert.equal(found.length, 1, `${form} of ${Object.keys(card.fields)}`);
  return found[0];
}
