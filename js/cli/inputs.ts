/**
 * The files of an import, read before the book is opened: a name that is
 * mistyped or a file that holds no contact changes nothing and makes no book.
 */
import { readFile as readBytes } from 'node:fs/promises';
import { basename } from 'node:path';
import { ContactmeshError, isContactmeshError } from '../errors.js';
import { readFile } from '../files.js';
import type { Formats, ReadFile } from '../formats.js';

/** A file as typed, and what was in it or why that cannot be read. */
export interface Input {
  file: string;
  /** What the history calls the import. */
  run: string;
  read?: ReadFile;
  error?: ContactmeshError;
}

const STDIN = '-';

export async function readInputs(formats: Formats, files: string[]): Promise<Input[]> {
  const all: [string, Uint8Array][] = [];
  for (const file of files) all.push([file, await bytesOf(file)]);
  const inputs: Input[] = [];
  for (const [file, bytes] of all) inputs.push(await readInput(formats, file, bytes));
  const usable = inputs.some(({ read }) => read !== undefined);
  const [first] = inputs;
  if (usable || first?.error === undefined) return inputs;
  const others = inputs.length > 1 ? `; nor is there a contact in the other files` : '';
  throw new ContactmeshError(first.error.code, `${first.error.message}${others}`);
}

async function readInput(formats: Formats, file: string, bytes: Uint8Array): Promise<Input> {
  const run = file === STDIN ? 'stdin' : basename(file);
  try {
    return { file, run, read: await readFile(formats, bytes, { name: file === STDIN ? 'stdin' : file }) };
  } catch (error) {
    if (!isContactmeshError(error)) throw error;
    return { file, run, error };
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return file === STDIN ? await stdin() : await readBytes(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new ContactmeshError('file-unreadable', `reading ${file}: ${REASONS[code] ?? `the system says ${code}`}`, {
      cause: error,
    });
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file; check the name. Nothing was imported',
  EISDIR: 'it is a folder; name the files in it. Nothing was imported',
  EACCES: 'it may not be read; check who may. Nothing was imported',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB; split it between two cards. Nothing was imported',
};

async function stdin(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of process.stdin) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
