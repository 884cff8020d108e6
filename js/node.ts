/**
 * The entry for Node: the engine's module is read from beside this file, and
 * books and relays may live in folders.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Book, type BookOptions } from './book.js';
import { Formats } from './formats.js';
import { memoised } from './memo.js';

export * from './exports.js';
export { FileRelay, openFileRelay } from './relay/file.js';
export { FileStorage, openFileStorage } from './storage/file.js';

// Not `new URL('./engine.wasm', import.meta.url)`: bundlers for servers rewrite that to an address of their own.
const beside = (name: string) => join(dirname(fileURLToPath(import.meta.url)), 'wasm', name);

const compiled = async (name: string) => WebAssembly.compile(await readFile(beside(name)));
const engineModule = memoised(() => compiled('engine.wasm'));
const formatsModule = memoised(() => compiled('formats.wasm'));

/** Opens the book in a store; an empty store becomes a new book. */
export function openBook(options: BookOptions): Promise<Book> {
  return Book.open(engineModule, options);
}

/** A reader and writer of contact files; loads its module when first used. */
export function openFormats(): Formats {
  return new Formats(formatsModule);
}
