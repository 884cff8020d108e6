/**
 * Keeps the one open book of the host. It opens it when first asked, and again
 * after the store failed, so that what tabs see next is what is durable. With
 * a full disk the book is open for reading, and every write tries for room.
 */
import type { Book } from '../book.js';
import { isContactmeshError } from '../errors.js';
import { type Context, perform } from './calls.js';
import { isWriting, type Method } from './protocol.js';

/** `onLost` is called when the store goes away by itself. */
export type BookOpener = (mode: 'write' | 'read', onLost: () => void) => Promise<Book>;

interface Opened {
  book: Book;
  /** Why it is open for reading only. */
  refusal?: unknown;
  /** What ended it. */
  failure?: unknown;
}

/** After these the store must be opened again; other errors of a store leave it usable. */
const ENDING = ['storage-full', 'storage-io', 'storage-fenced', 'storage-closed'];

export class Keeper {
  readonly #open: BookOpener;
  readonly #onReopen: () => void;
  #opened: Promise<Opened> | undefined;
  /** The closing of the book before this one. */
  #closing: Promise<void> = Promise.resolve();

  /** `onReopen` is told that what was seen may differ from what is kept. */
  constructor(open: BookOpener, onReopen: () => void) {
    this.#open = open;
    this.#onReopen = onReopen;
  }

  run(method: Method, args: unknown[], context: Context): Promise<unknown> {
    return this.use(isWriting(method), (book) => perform(book, method, args, context));
  }

  /** Lets `work` have the book; an error it throws ends the book here if it ended the store. */
  async use<T>(writing: boolean, work: (book: Book) => Promise<T>): Promise<T> {
    const opened = await this.#ready(writing);
    try {
      return await work(opened.book);
    } catch (error) {
      // Calls that waited behind the one that failed: the same failure was theirs.
      if (opened.failure !== undefined && isContactmeshError(error, 'book-closed')) throw opened.failure;
      if (isContactmeshError(error) && ENDING.includes(error.code)) await this.#drop(opened, error);
      throw error;
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await this.#closing;
    await opened?.book.close();
  }

  async #ready(writing: boolean): Promise<Opened> {
    const opened = await this.#current();
    if (!writing || opened.refusal === undefined) return opened;
    await this.#drop(opened, opened.refusal);
    const again = await this.#current();
    if (again.refusal !== undefined) throw again.refusal;
    return again;
  }

  #current(): Promise<Opened> {
    if (this.#opened === undefined) {
      const opening = this.#closing.then(() => this.#openBest());
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = undefined;
      });
    }
    return this.#opened;
  }

  async #openBest(): Promise<Opened> {
    const lost = () => {
      void this.#opened?.then((opened) => this.#drop(opened, undefined));
    };
    try {
      return { book: await this.#open('write', lost) };
    } catch (error) {
      if (!isContactmeshError(error, 'storage-full')) throw error;
      return { book: await this.#open('read', lost), refusal: error };
    }
  }

  async #drop(opened: Opened, failure: unknown): Promise<void> {
    if ((await this.#opened?.catch(() => undefined)) !== opened) return;
    opened.failure = failure;
    this.#opened = undefined;
    this.#closing = opened.book.close().catch(() => {});
    this.#onReopen();
  }
}
