/** `export`: cards as files that other programs read. */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Book } from '../../book.js';
import { ContactmeshError } from '../../errors.js';
import { exportBook } from '../../files.js';
import { openFormats } from '../../node.js';
import type { Call, Command, Result } from '../command.js';
import { usage } from '../exit.js';
import { findCard, short } from '../ids.js';
import { withBook } from '../place.js';
import { count } from '../text.js';

export const exportCards: Command = {
  name: 'export',
  operands: '[ID…]',
  summary: 'write cards as vCard, JSContact or Automerge files',
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'vcard (4.0), jscontact or automerge; vcard if it is left out' },
    out: { type: 'string', value: 'PLACE', help: 'the file to write; for automerge the folder' },
  },
  details: `Without an ID, all cards that are not deleted. Without --out the text goes to
standard output. automerge writes one file ID.automerge for each card, with its
whole history; any Automerge opens it. A file that exists is replaced.`,
  least: 0,
  most: Number.POSITIVE_INFINITY,
  run(call) {
    const format = call.text('format') ?? 'vcard';
    const out = call.text('out');
    if (format === 'automerge') {
      if (out === undefined) throw usage('--out DIR is needed: automerge writes one file for each card');
      return withBook(call, 'read', (book) => exportAutomerge(call, book, out));
    }
    if (format !== 'vcard' && format !== 'jscontact') {
      throw usage(`--format is vcard, jscontact or automerge, not \`${format}\``);
    }
    return withBook(call, 'read', async (book) => {
      const ids = idsOf(call, book);
      const text = await exportBook(book, openFormats(), format, { ids });
      if (out === undefined) return { json: { format, cards: ids.length, text }, text: () => text };
      await write(out, text);
      return written(format, ids.length, out, [out]);
    });
  },
};

async function exportAutomerge(call: Call, book: Book, folder: string): Promise<Result> {
  const ids = idsOf(call, book);
  const onProgress = call.progress(`writing to ${folder}`);
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const files: string[] = [];
  for (const id of ids) {
    const file = join(folder, `${id}.automerge`);
    await write(file, book.automerge(id));
    files.push(file);
    onProgress(files.length, ids.length);
  }
  return written('automerge', ids.length, folder, files);
}

function written(format: string, cards: number, out: string, files: string[]): Result {
  return { json: { format, cards, out, files }, text: () => `wrote ${count(cards, 'card')} to ${out}\n` };
}

function idsOf(call: Call, book: Book): string[] {
  if (call.operands.length === 0) return book.list().rows.map(({ id }) => id);
  const ids = [...new Set(call.operands.map((typed) => findCard(book, typed)))];
  for (const id of ids) {
    if (book.card(id).state === 'live') continue;
    throw new ContactmeshError('card-deleted', `card ${short(id)} is deleted; restore it first. Nothing was written`);
  }
  return ids;
}

/** Writes a file whole or not at all: what is there stays until the new one is complete. */
async function write(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  await writing(path, async () => {
    try {
      await writeFile(aside, content, { mode: 0o600, flag: 'wx' });
      await rename(aside, path);
    } catch (error) {
      await unlink(aside).catch(() => {});
      throw error;
    }
  });
}

async function writing(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `writing ${path}: ${REASONS[code] ?? `the system says ${code}`}; choose another place with --out`;
    throw new ContactmeshError('output-failed', message, { cause: error });
  }
}

const REASONS: Record<string, string> = {
  ENOSPC: 'no room on the disk',
  EACCES: 'it may not be written',
  EROFS: 'the disk is mounted read-only',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'a file is where a folder should be',
  EISDIR: 'a folder is where the file should be',
};
