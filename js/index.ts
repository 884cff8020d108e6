/**
 * The entry for browsers and bundlers: the engine's module is fetched from
 * beside this file. Importing it does no work; the first `openBook` loads the
 * module, and one that failed to load is tried again next time.
 */
import { Book, type BookOptions } from './book.js';
import { memoised } from './memo.js';

export * from './exports.js';

const engineModule = memoised(async () => {
  const response = await fetch(new URL('./wasm/engine.wasm', import.meta.url));
  if (!response.ok) throw new Error(`loading the engine from ${response.url}: HTTP status ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
});

/** Opens the book in a store; an empty store becomes a new book. */
export function openBook(options: BookOptions): Promise<Book> {
  return Book.open(engineModule, options);
}
