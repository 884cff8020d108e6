/**
 * Where the book is, and opening it. Reading takes no lease and makes nothing;
 * only commands that begin a book (import, create, sync) make one, and never in
 * a folder that holds something else.
 */
import { readdir } from 'node:fs/promises';
import type { Book } from '../book.js';
import { ContactmeshError } from '../errors.js';
import { openBook, openFileStorage } from '../node.js';
import { ioFailure } from '../storage/file/failure.js';
import type { Call } from './command.js';
import { count } from './text.js';

const DEFAULT_FOLDER = './contacts.book';

/** `read` and `write` need a book; `begin` makes one if there is none. */
export type Mode = 'read' | 'write' | 'begin';

export function folderOf(call: Call): string {
  const { CONTACTMESH_BOOK } = process.env;
  return call.text('book') ?? (CONTACTMESH_BOOK || DEFAULT_FOLDER);
}

/** Opens the book, does the work, and closes it whatever happened. */
export async function withBook<T>(call: Call, mode: Mode, work: (book: Book) => Promise<T>): Promise<T> {
  const folder = folderOf(call);
  await check(folder, mode);
  const storage = await openFileStorage(folder);
  const name = call.text('name');
  try {
    const book = await openBook({
      storage,
      readOnly: mode === 'read',
      steal: call.flag('steal'),
      ...(name === undefined ? {} : { name }),
    });
    try {
      warn(call, book);
      return await work(book);
    } finally {
      await book.close();
    }
  } finally {
    await storage.close();
  }
}

/** Refuses a folder that is not there, or not a book's. */
async function check(folder: string, mode: Mode): Promise<void> {
  const names = await namesIn(folder);
  if (names?.includes('book.log')) return;
  if (names?.includes('book.log.previous')) {
    const message = `opening the book in ${folder}: book.log is missing, and book.log.previous, an older state of it, is there; restore a backup, or rename that file to book.log`;
    throw new ContactmeshError('storage-damaged', message);
  }
  // A process that ended between making the folder and making the log leaves a lease.
  if (names?.some((name) => !name.startsWith('book.'))) {
    const message = `opening the book in ${folder}: the folder holds other things and no book, and is left as it is; name another with --book`;
    throw new ContactmeshError('storage-foreign', message);
  }
  if (mode !== 'begin') {
    const message = `there is no book in ${folder}; name one with --book, or make one with import, create or sync`;
    throw new ContactmeshError('book-missing', message);
  }
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') {
      const message = `opening the book in ${folder}: that is a file and no folder; name the folder with --book`;
      throw new ContactmeshError('storage-foreign', message);
    }
    throw ioFailure(`opening the book in ${folder}`, error);
  }
}

function warn(call: Call, book: Book): void {
  const { damage } = book.status();
  if (damage.length === 0) return;
  const what = count(damage.length, 'record');
  call.note(
    `warning: ${what} of the book cannot be read (\`contactmesh status\` names them); a sync fetches again what the relay has, else restore a backup`,
  );
}
