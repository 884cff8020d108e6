/**
 * A book that all tabs of a site share. One tab's worker has it open; every
 * tab, that one too, calls it through messages, so that no call blocks a page.
 * The methods are those of `Book`, all asynchronous.
 */
import { ContactmeshError } from '../errors.js';
import type { ExportFormat, FileImport } from '../files.js';
import type { Relay } from '../relay/port.js';
import { notAllowed, unsupported } from '../storage/indexeddb/failure.js';
import type * as types from '../types.js';
import { Connections } from './connections/connections.js';
import { SharedSystems } from './connections/shared-systems.js';
import { Link } from './link.js';
import { type AnyMethod, type BookChange, type FileOptions, listed, type Method, type Methods } from './protocol.js';
import { Seat } from './seat.js';
import { startWorker } from './worker-address.js';

export interface SharedBookOptions {
  /** Which book of this site; it is made if there is none. */
  book?: string;
  /** What people call this replica; shown beside what it wrote. */
  name?: string;
  /**
   * Starts the worker, for apps whose bundler moves files:
   * `() => new Worker(new URL('contactmesh/worker', import.meta.url), { type: 'module' })`.
   */
  worker?: () => Worker;
  /**
   * For how many milliseconds the tab that keeps the book may answer nothing,
   * while this one waits for an answer, before this one takes over; 30,000 if
   * absent. More than the longest that one piece of work blocks a worker.
   */
  patience?: number;
}

const PATIENCE = 30_000;

/** Opens a book together with the other tabs. Rejects as `openBook` would, wherever the book is open. */
export async function openSharedBook(options: SharedBookOptions = {}): Promise<SharedBook> {
  const { book = 'contacts', name, worker = startWorker, patience = PATIENCE } = options;
  await checkBrowser(`opening the book ${JSON.stringify(book)}`);
  const shared = new SharedBook({ book, name, worker, patience });
  try {
    await shared.opened();
    return shared;
  } catch (error) {
    await shared.close();
    throw error;
  }
}

/** Refuses, in plain words, where the tabs could not agree on anything. */
async function checkBrowser(doing: string): Promise<void> {
  if (typeof navigator === 'undefined' || navigator.locks === undefined) throw unsupported(doing, 'the Web Locks API');
  if (typeof BroadcastChannel === 'undefined') throw unsupported(doing, 'BroadcastChannel');
  if (typeof Worker === 'undefined') throw unsupported(doing, 'the Worker API (is this a page?)');
  try {
    await navigator.locks.query();
  } catch (cause) {
    throw notAllowed(doing, cause);
  }
}

export class SharedBook {
  /** The flows that this book syncs with. */
  readonly connections: Connections;
  /** What would be sent to systems of record among them, and what waits for a person. */
  readonly systems: SharedSystems;
  readonly #unwatch: () => void;
  readonly #link: Link;
  readonly #seat: Seat;
  readonly #listeners = new Set<(change: BookChange) => void>();
  #closing: Promise<void> | undefined;

  /** @internal `openSharedBook` is the way. */
  constructor({
    book,
    name,
    worker,
    patience,
  }: Required<Omit<SharedBookOptions, 'name'>> & { name: string | undefined }) {
    this.#link = new Link(
      book,
      {
        onChange: (change) => this.#tell(change),
        onConnections: (reports) => this.connections.tell(reports),
        onSilent: (host) => void this.#seat.takeOver(host),
        isStarting: () => this.#seat.starting,
      },
      patience,
    );
    this.connections = new Connections(this.#link, (method) => this.#assertOpen(method));
    this.systems = new SharedSystems(this.#link, (method) => this.#assertOpen(method));
    this.#unwatch = this.connections.watch();
    this.#seat = new Seat({
      book,
      name,
      worker,
      onBack: () => {
        this.#link.woke();
        this.#tell({});
      },
      onFailed: (error) => this.#link.fail(error),
    });
    this.#seat.start();
  }

  /** @internal */
  async opened(): Promise<void> {
    await this.#call('open');
  }

  /** Calls `listener` after every change, whichever tab made it; returns how to stop that. */
  onChange(listener: (change: BookChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  create(fields: types.Fields): Promise<Pick<types.Written, 'id' | 'revision'>> {
    return this.#call('create', fields);
  }

  /** Edits a card. Without a revision it is edited as it is now. */
  edit(id: string, fields: types.Fields, revision?: string): Promise<types.Written> {
    return this.#call('edit', id, fields, revision);
  }

  delete(id: string, revision?: string): Promise<types.Written> {
    return this.#call('delete', id, revision);
  }

  restore(id: string, revision?: string): Promise<types.Written> {
    return this.#call('restore', id, revision);
  }

  /** Decides a conflict for candidate `number`, from 1, the shown one. */
  resolve(id: string, path: string, number: number, revision?: string): Promise<types.Written> {
    return this.#call('resolve', id, path, number, revision);
  }

  async import(drafts: unknown[], options: types.ImportOptions = {}): Promise<types.Imported> {
    this.#assertOpen('import');
    return this.#link.call('import', [drafts, options.run, listed(options.blobs)], { onProgress: options.onProgress });
  }

  /**
   * Imports a contact file, in the worker. Whole cards before damage are
   * imported, and the report says what is wrong; a file without a single card
   * is an error.
   */
  async importFile(
    file: Blob | Uint8Array,
    options: FileOptions & { onProgress?: types.Progress } = {},
  ): Promise<FileImport> {
    this.#assertOpen('importFile');
    const { onProgress, ...given } = options;
    const named = typeof File === 'function' && file instanceof File ? { name: file.name } : {};
    return this.#link.call('importFile', [file, { ...named, ...given }], { onProgress });
  }

  /** The live cards, or those of `ids`, as a contact file, photos included. */
  exportBook(format: ExportFormat, options: { ids?: string[] } = {}): Promise<string> {
    return this.#call('exportBook', format, options.ids);
  }

  /** Exchanges with a relay. The relay stays in this tab; the other tabs wait for their turn with it. */
  async sync(relay: Relay, options: { name: string; onProgress?: types.Progress }): Promise<types.Synced> {
    this.#assertOpen('sync');
    return this.#link.call('sync', [options.name], { relay, onProgress: options.onProgress });
  }

  card(id: string): Promise<types.Card> {
    return this.#call('card', id);
  }

  /** A card as it stood at an earlier revision. */
  cardAt(id: string, revision: string): Promise<types.Card> {
    return this.#call('cardAt', id, revision);
  }

  /** Live cards, ascending by name, fetched in pages. */
  async *cards(page = 200): AsyncGenerator<types.Card> {
    for (let offset = 0; ; offset += page) {
      const cards = await this.#call('cards', offset, page);
      yield* cards;
      if (cards.length < page) return;
    }
  }

  list(query: types.ListQuery = {}): Promise<types.List> {
    return this.#call('list', query);
  }

  history(id: string): Promise<types.HistoryEntry[]> {
    return this.#call('history', id);
  }

  conflicts(id?: string): Promise<types.CardConflicts[]> {
    return this.#call('conflicts', id);
  }

  status(): Promise<types.Status> {
    return this.#call('status');
  }

  /** Equal on two replicas that show and keep the same. */
  stateHash(): Promise<string> {
    return this.#call('stateHash');
  }

  /** How many registers show a value that a person wrote on another replica. */
  countForeignValues(): Promise<number> {
    return this.#call('countForeignValues');
  }

  /** A card's changes as a file that any Automerge opens. */
  automerge(id: string): Promise<Uint8Array> {
    return this.#call('automerge', id);
  }

  /** The bytes behind a `blob` value. */
  blob(sha256: string): Promise<Uint8Array | undefined> {
    return this.#call('blob', sha256);
  }

  /** Waits for the answers that are due; another tab goes on with the book. Safe to repeat. */
  close(): Promise<void> {
    this.#unwatch();
    this.#closing ??= this.#link.close().then(() => this.#seat.leave());
    return this.#closing;
  }

  async #call<M extends Method>(method: M, ...args: Parameters<Methods[M]>): Promise<ReturnType<Methods[M]>> {
    this.#assertOpen(method);
    return this.#link.call(method, args);
  }

  #assertOpen(method: AnyMethod): void {
    if (this.#closing !== undefined)
      throw new ContactmeshError('book-closed', `${method}: the book is closed; open it again`);
  }

  #tell(change: BookChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
