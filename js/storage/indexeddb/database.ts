/**
 * The database of a book: its two stores, the mark by which it is known to be
 * ours, and transactions as promises. Whoever works in a transaction must ask
 * its next question before the answer to the last one has been handled:
 * waiting for anything else would end it.
 */
import { ContactmeshError } from '../../errors.js';
import { notAllowed, storageFailure, unsupported } from './failure.js';

/** Sealed records under their keys, which lie outside. */
export const RECORDS = 'records';
/** `mark` says what this is; `lease` who may write. */
export const ABOUT = 'about';

const PRODUCT = 'contactmesh book';
/** What browsers throw at whoever may not store anything. */
const NOT_ALLOWED = ['SecurityError', 'InvalidStateError', 'NotAllowedError'];
/** The version of this layout, in the mark. */
const FORMAT = 1;

export interface LeaseRecord {
  epoch: number;
  holder: string;
}

/** The name of the database of a book; locks and channels are named alike. */
export function databaseName(book: string): string {
  return `contactmesh/${book}`;
}

/** Opens the database, and makes it if there is none. One that is not ours is left as it is. */
export async function openDatabase(book: string): Promise<IDBDatabase> {
  const doing = `opening the book ${JSON.stringify(book)}`;
  // Some browsers have none, and some a null, where nothing may be stored.
  if (globalThis.indexedDB === undefined || globalThis.indexedDB === null) throw unsupported(doing, 'IndexedDB');
  if (typeof navigator === 'undefined' || navigator.locks === undefined) throw unsupported(doing, 'the Web Locks API');
  if (crypto.subtle === undefined) throw unsupported(doing, 'WebCrypto');
  const database = await opened(databaseName(book)).catch((error: unknown) => {
    throw NOT_ALLOWED.includes((error as Error | null)?.name ?? '')
      ? notAllowed(doing, error)
      : storageFailure(doing, error);
  });
  try {
    await checkMark(database, doing);
  } catch (error) {
    database.close();
    throw storageFailure(doing, error);
  }
  return database;
}

/** Without a version: whatever is there opens, and can be looked at before it is touched. */
function opened(name: string): Promise<IDBDatabase> {
  return new Promise((settle, fail) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RECORDS);
      request.result.createObjectStore(ABOUT).put({ product: PRODUCT, format: FORMAT }, 'mark');
    };
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function checkMark(database: IDBDatabase, doing: string): Promise<void> {
  const foreign = () =>
    new ContactmeshError(
      'storage-foreign',
      `${doing}: the database ${JSON.stringify(database.name)} of this site is not a book. It is left as it is; choose another name.`,
    );
  if (!database.objectStoreNames.contains(ABOUT)) throw foreign();
  const mark: unknown = await inTransaction(database, [ABOUT], 'readonly', (t) =>
    answer(t.objectStore(ABOUT).get('mark')),
  );
  if (!isMark(mark)) throw foreign();
  if (mark.format > FORMAT) {
    const message = `${doing}: a newer version of contactmesh wrote it (format ${mark.format}, this one reads ${FORMAT}). Load the newer version.`;
    throw new ContactmeshError('storage-newer', message);
  }
  if (!database.objectStoreNames.contains(RECORDS)) throw foreign();
}

function isMark(mark: unknown): mark is { format: number } {
  if (typeof mark !== 'object' || mark === null) return false;
  const { product, format } = mark as Record<string, unknown>;
  return product === PRODUCT && typeof format === 'number';
}

/** The answer to a request. */
export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((settle, fail) => {
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error);
  });
}

/**
 * Runs `work` in a transaction. Resolves only when the transaction is complete,
 * which for a writing one means on the disk; if `work` fails, nothing of it
 * is kept.
 */
export async function inTransaction<T>(
  database: IDBDatabase,
  stores: string[],
  mode: 'readonly' | 'readwrite',
  work: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(stores, mode, mode === 'readwrite' ? { durability: 'strict' } : {});
  const done = new Promise<void>((settle, fail) => {
    transaction.oncomplete = () => settle();
    // Why it was aborted: the browser's reason, such as a full disk, or none if it was this code.
    transaction.onabort = () =>
      fail(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'));
  });
  let result: T;
  try {
    result = await work(transaction);
  } catch (error) {
    abort(transaction);
    const reason: unknown = await done.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    throw error instanceof ContactmeshError || transaction.error === null ? error : reason;
  }
  await done;
  return result;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
