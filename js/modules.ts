/**
 * The package's WebAssembly for browsers and bundlers: each module is fetched
 * from beside this file when first used, and one that failed to load is tried
 * again next time.
 */
import { Book, type BookOptions } from './book.js';
import { ContactmeshError } from './errors.js';
import { Formats } from './formats.js';
import { memoised } from './memo.js';

// Each address stands here whole: this is where bundlers look for it.
const engineModule = memoised(() => compiled(new URL('./wasm/engine.wasm', import.meta.url)));
const formatsModule = memoised(() => compiled(new URL('./wasm/formats.wasm', import.meta.url)));

async function compiled(address: URL): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) {
    const message = `loading ${address.href}: HTTP status ${response.status}; serve the package's dist/wasm folder too`;
    throw new ContactmeshError('module-unreachable', message);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Opens the book in a store; an empty store becomes a new book. */
export function openBook(options: BookOptions): Promise<Book> {
  return Book.open(engineModule, options);
}

/** A reader and writer of contact files; loads its module when first used. */
export function openFormats(): Formats {
  return new Formats(formatsModule);
}
