/**
 * What the host does for each call, and what each call may have changed: one
 * line per method of the book. Nothing here knows of channels or tabs.
 */
import type { Book } from '../book.js';
import { ContactmeshError } from '../errors.js';
import { exportBook, importFile } from '../files.js';
import type { Formats } from '../formats.js';
import type { Relay } from '../relay/port.js';
import type { Card, Imported, Progress, Written } from '../types.js';
import type { BookChange, Method, Methods } from './protocol.js';

/** What reaches back to the tab that called. */
export interface Context {
  relay: Relay;
  onProgress: Progress;
  formats: Formats;
}

type Call<M extends Method> = (
  book: Book,
  args: Parameters<Methods[M]>,
  context: Context,
) => ReturnType<Methods[M]> | Promise<ReturnType<Methods[M]>>;

const CALLS: { [M in Method]: Call<M> } = {
  open: (book) => book.status(),
  create: (book, args) => book.create(...args),
  edit: (book, args) => book.edit(...args),
  delete: (book, args) => book.delete(...args),
  restore: (book, args) => book.restore(...args),
  resolve: (book, args) => book.resolve(...args),
  import: (book, [drafts, run, blobs], { onProgress }) =>
    book.import(drafts, { ...(run === undefined ? {} : { run }), blobs, onProgress }),
  importFile: async (book, [file, { name, format = 'auto' }], { formats, onProgress }) => {
    const named = name === undefined ? {} : { name };
    return importFile(book, formats, await bytesOf(file, name), { ...named, format, onProgress });
  },
  exportBook: (book, [format, ids], { formats }) => exportBook(book, formats, format, ids === undefined ? {} : { ids }),
  sync: (book, [name], { relay, onProgress }) => book.sync(relay, { name, onProgress }),
  card: (book, args) => book.card(...args),
  cardAt: (book, args) => book.cardAt(...args),
  cards: (book, [offset, limit]) => book.list({ offset, limit }).rows.map(({ id }): Card => book.card(id)),
  list: (book, args) => book.list(...args),
  history: (book, args) => book.history(...args),
  conflicts: (book, args) => book.conflicts(...args),
  status: (book) => book.status(),
  stateHash: (book) => book.stateHash(),
  countForeignValues: (book) => book.countForeignValues(),
  automerge: (book, args) => book.automerge(...args),
  blob: (book, args) => book.blob(...args),
};

/** The bytes of a file that a person chose; it may be gone by now. */
async function bytesOf(file: Blob | Uint8Array, name = 'a file'): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file;
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    const message = `importing ${name}: the browser cannot read it; choose the file again`;
    throw new ContactmeshError('file-unreadable', message, { cause });
  }
}

/** Does what was asked for. The arguments come from a tab of the same protocol. */
export async function perform(book: Book, method: Method, args: unknown[], context: Context): Promise<unknown> {
  // Refused here like by the book itself: a method's name from outside chooses what is run.
  if (!Object.hasOwn(CALLS, method)) throw new TypeError(`a book has no method ${JSON.stringify(method)}`);
  const call = CALLS[method] as (book: Book, args: unknown[], context: Context) => unknown;
  return call(book, args, context);
}

/** What a finished call changed; undefined for nothing. */
export function changeOf(method: Method, value: unknown): BookChange | undefined {
  switch (method) {
    case 'create':
      return { cards: [(value as Written).id] };
    case 'edit':
    case 'delete':
    case 'restore':
    case 'resolve': {
      const { id, changed } = value as Written;
      return changed ? { cards: [id] } : undefined;
    }
    case 'import':
    case 'importFile': {
      const { created, updated, proposals } = value as Imported;
      const cards = [...new Set([...created, ...updated, ...proposals.map(({ made }) => made)])];
      return cards.length > 0 ? { cards } : undefined;
    }
    case 'sync':
      // Cards that came were told of while they came; what was sent changes the status.
      return { cards: [] };
    default:
      return undefined;
  }
}
