/**
 * The entry for browsers and bundlers. Importing it does no work; the first
 * book that is opened loads what it needs.
 */
export { Connections, type SyncOptions } from './browser/connections/connections.js';
export type {
  ConnectionReport,
  ConnectOptions,
  LetterReport,
  RelayConnectOptions,
  SyncedConnection,
  SystemConnectOptions,
  SystemSummary,
} from './browser/connections/report.js';
export type { SharedSystems } from './browser/connections/shared-systems.js';
export { askToKeep, type Keeping, keeping } from './browser/keep.js';
export type { BookChange, FileOptions } from './browser/protocol.js';
export { openSharedBook, type SharedBook, type SharedBookOptions } from './browser/shared-book.js';
export * from './exports.js';
export { openBook, openFormats } from './modules.js';
export { type IndexedDbOptions, type IndexedDbStorage, openIndexedDbStorage } from './storage/indexeddb.js';
