/**
 * What tabs and the host of a book say to each other. The host is a worker of
 * one of the tabs; it alone has the book open. All of them hear the common
 * channel; each tab has a channel of its own with the host, on which calls go
 * one way and answers the other. A tab of another protocol has other channels.
 */
import { ContactmeshError } from '../errors.js';
import type { ExportFormat, FileImport } from '../files.js';
import type { FileFormat } from '../formats.js';
import type { ExchangeRequest, ExchangeResponse } from '../relay/port.js';
import type { RunRecord } from '../schedule/record.js';
import type { SystemPlan, SystemStatus } from '../systems/types.js';
import type * as types from '../types.js';
import type { ConnectionReport, ConnectOptions, LetterReport, SyncedConnection } from './connections/report.js';
import type { SystemDecision } from './connections/systems.js';

export const PROTOCOL = 1;

export interface FileOptions {
  /** What people call the file; the name of a `File` if absent. */
  name?: string;
  format?: FileFormat | 'auto';
}

/** The calls, as the host answers them. */
export interface Methods {
  open(): types.Status;
  create(fields: types.Fields): Pick<types.Written, 'id' | 'revision'>;
  edit(id: string, fields: types.Fields, revision?: string): types.Written;
  delete(id: string, revision?: string): types.Written;
  restore(id: string, revision?: string): types.Written;
  resolve(id: string, path: string, number: number, revision?: string): types.Written;
  import(drafts: unknown[], run: string | undefined, blobs: [string, Uint8Array][]): types.Imported;
  importFile(file: Blob | Uint8Array, options: FileOptions): FileImport;
  exportBook(format: ExportFormat, ids: string[] | undefined): string;
  sync(name: string): types.Synced;
  card(id: string): types.Card;
  cardAt(id: string, revision: string): types.Card;
  cards(offset: number, limit: number): types.Card[];
  list(query: types.ListQuery): types.List;
  history(id: string): types.HistoryEntry[];
  conflicts(id?: string): types.CardConflicts[];
  status(): types.Status;
  stateHash(): string;
  countForeignValues(): number;
  automerge(id: string): Uint8Array;
  blob(sha256: string): Uint8Array | undefined;
}

/** The calls about connections; connections/service.ts answers them. */
export interface ConnectionMethods {
  connections(): ConnectionReport[];
  connect(name: string, options: ConnectOptions): ConnectionReport[];
  disconnect(name: string): ConnectionReport[];
  syncConnection(name: string, now: boolean, audit: boolean): SyncedConnection;
  stopConnection(name: string): void;
  letters(name: string): LetterReport[];
  settleLetter(name: string, hash: string, wish: 'retry' | 'drop'): ConnectionReport[];
  runs(count: number): RunRecord[];
  systemStatus(name: string): SystemStatus;
  systemPlan(name: string): SystemPlan;
  decideSystem(name: string, decision: SystemDecision): ConnectionReport[];
  awake(): void;
}

export interface AllMethods extends Methods, ConnectionMethods {}

export type Method = keyof Methods;
export type AnyMethod = keyof AllMethods;

/**
 * What is not safe to ask for twice when an answer is lost. A sync is, like all
 * that only reads, and like most about connections: it says how things shall be.
 */
const ONCE: ReadonlySet<AnyMethod> = new Set([
  'create',
  'edit',
  'delete',
  'restore',
  'resolve',
  'import',
  'importFile',
  'decideSystem',
]);

export const isSafeTwice = (method: AnyMethod): boolean => !ONCE.has(method);
export const isWriting = (method: Method): boolean => ONCE.has(method) || method === 'sync';

/** Something may look different now. */
export interface BookChange {
  /** The cards that changed; absent if it may be any, empty if only the status did. */
  cards?: string[];
}

/** On the common channel. */
export type Common =
  | { kind: 'hello'; client: string }
  | { kind: 'host'; host: string }
  | { kind: 'changed'; change: BookChange }
  | { kind: 'connections'; reports: ConnectionReport[] }
  /** A tab has the seat, and its worker is about to be the host. */
  | { kind: 'starting' };

/** From a tab to the host; a host passes over what is meant for an earlier one. */
export type ToHost = { host: string } & (
  | { kind: 'call'; call: number; method: AnyMethod; args: unknown[] }
  | { kind: 'exchanged'; exchange: number; response: ExchangeResponse }
  | { kind: 'not-exchanged'; exchange: number; error: PlainError }
  /** To be answered with `pong` as soon as the host comes to it. */
  | { kind: 'ping' }
  /** Nothing more comes for this host: it said that it leaves. */
  | { kind: 'drained' }
  | { kind: 'bye' }
);

/** From the host to a tab; a tab passes over what comes from an earlier one. */
export type ToTab = { host: string } /** `underWay`: the tab's calls that this host has not answered yet. */ & (
  | { kind: 'welcome'; underWay: number[] }
  | { kind: 'pong' }
  | { kind: 'result'; call: number; value: unknown }
  | { kind: 'error'; call: number; error: PlainError }
  /** The host takes no more calls. The tab answers `drained`, after whatever it has sent. */
  | { kind: 'leaving' }
  /** The host leaves; the call was not begun, or may be asked for again. */
  | { kind: 'refused'; call: number }
  | { kind: 'progress'; call: number; done: number; total: number }
  | { kind: 'exchange'; call: number; exchange: number; request: ExchangeRequest }
);

/** A message without the host, which whoever sends it adds. */
export type Body<M> = M extends infer T ? (T extends M ? Omit<T, 'host'> : never) : never;

/** Between a tab and its own worker. */
export type ToWorker =
  /** `steal`: whoever has the store answers no more. */
  { kind: 'start'; book: string; name: string | undefined; steal: boolean } | { kind: 'leave' };
export type FromWorker = { kind: 'ready' } | { kind: 'left' };

/** Names of channels and locks. */
export function placesOf(book: string) {
  const base = `contactmesh/${book}/${PROTOCOL}`;
  return {
    common: base,
    /** The lock of the seat; see seat.ts. */
    seat: `${base}/seat`,
    /** Held by the tab that takes the seat from one that does not answer. */
    takeover: (host: string) => `${base}/takeover/${host}`,
    /** The lock that a host holds while it lives. */
    host: (host: string) => `${base}/host/${host}`,
    /** A tab's channel with the host, and the lock it holds while it lives. */
    tab: (client: string) => `${base}/tab/${client}`,
  };
}

export interface PlainError {
  name: string;
  message: string;
  code?: string;
  details?: Record<string, unknown>;
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const plain: PlainError = { name: error.name, message: error.message };
  if (!(error instanceof ContactmeshError)) return plain;
  plain.code = error.code;
  if (error.details !== undefined) plain.details = error.details;
  return plain;
}

export function errorFrom({ name, message, code, details }: PlainError): Error {
  if (code !== undefined) return new ContactmeshError(code, message, { details });
  return name === 'TypeError' ? new TypeError(message) : new Error(message);
}

/** What `import` takes as bytes, so that it can be sent. */
export function listed(blobs: types.Blobs | undefined): [string, Uint8Array][] {
  return [...(blobs ?? [])];
}
