/**
 * The small database beside a book: what must not travel with the book, such as
 * addresses, when it was last synced, what a flow refused. It opens when first
 * used and again after the browser closed it. What a record means is not its
 * business.
 */
import { ContactmeshError } from '../../errors.js';
import { answer, inTransaction } from '../../storage/indexeddb/database.js';
import { storageFailure } from '../../storage/indexeddb/failure.js';

/** The drawers, and whether their records bring no key of their own. */
const DRAWERS = { connections: false, states: false, forms: false, keys: false, letters: false, runs: true };
const VERSION = 1;

export type Drawer = keyof typeof DRAWERS;
/** A text, or several that are compared one after the other. */
export type Key = string | string[];

export class Cupboard {
  readonly #book: string;
  #opened: Promise<IDBDatabase> | undefined;

  constructor(book: string) {
    this.#book = book;
  }

  get<T>(drawer: Drawer, key: Key): Promise<T | undefined> {
    return this.#ask('reading', drawer, 'readonly', (store) => answer(store.get(key) as IDBRequest<T | undefined>));
  }

  /** Ascending by key. */
  all<T>(drawer: Drawer, range?: IDBKeyRange): Promise<T[]> {
    return this.#ask('reading', drawer, 'readonly', (store) => answer(store.getAll(range) as IDBRequest<T[]>));
  }

  /** Durable when it resolves. */
  async put(drawer: Drawer, value: unknown, key: Key): Promise<void> {
    await this.#ask('writing', drawer, 'readwrite', (store) => answer(store.put(value, key)));
  }

  /** Puts a record where there is none, and answers the one that is there: of several at once, the first one's. */
  offer<T>(drawer: Drawer, value: T, key: Key): Promise<T> {
    return this.#ask('writing', drawer, 'readwrite', async (store) => {
      const there = await answer(store.get(key) as IDBRequest<T | undefined>);
      if (there === undefined) await answer(store.add(value, key));
      return there ?? value;
    });
  }

  async remove(drawer: Drawer, key: Key | IDBKeyRange): Promise<void> {
    await this.#ask('writing', drawer, 'readwrite', (store) => answer(store.delete(key)));
  }

  /** Adds a record under the next number, and keeps the last `most` only. */
  async append(drawer: 'runs', value: unknown, most: number): Promise<void> {
    await this.#ask('writing', drawer, 'readwrite', async (store) => {
      const number = Number(await answer(store.add(value)));
      await answer(store.delete(IDBKeyRange.upperBound(number - most)));
    });
  }

  close(): void {
    void this.#opened?.then(
      (database) => database.close(),
      () => {},
    );
    this.#opened = undefined;
  }

  async #ask<T>(
    doing: string,
    drawer: Drawer,
    mode: 'readonly' | 'readwrite',
    work: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    try {
      const database = await this.#database();
      return await inTransaction(database, [drawer], mode, (t) => work(t.objectStore(drawer)));
    } catch (error) {
      throw storageFailure(`${doing} the connections of the book ${JSON.stringify(this.#book)}`, error);
    }
  }

  #database(): Promise<IDBDatabase> {
    if (this.#opened === undefined) {
      const opening = open(`contactmesh-connections/${this.#book}`);
      this.#opened = opening;
      const forget = () => {
        if (this.#opened === opening) this.#opened = undefined;
      };
      opening.then((database) => {
        database.onclose = forget;
        database.onversionchange = () => {
          database.close();
          forget();
        };
      }, forget);
    }
    return this.#opened;
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((settle, fail) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const [drawer, numbered] of Object.entries(DRAWERS)) {
        request.result.createObjectStore(drawer, numbered ? { autoIncrement: true } : {});
      }
    };
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error?.name === 'VersionError' ? newer() : request.error);
  });
}

function newer(): ContactmeshError {
  const message =
    'reading the connections of this book: a newer version of contactmesh wrote them. Load the newer one.';
  return new ContactmeshError('storage-newer', message);
}
