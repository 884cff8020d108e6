/**
 * The shapes that callers see: cards, rows, conflicts, histories, results. They
 * mirror docs/card-json.md and hold no behaviour.
 */

/** What a register may hold. null clears a field, or removes an entry. */
export type Value = string | number | boolean | null;

/** Paths and values, such as `{ "name/given": "Jane", "emails/new/address": "jane@example.com" }`. */
export type Fields = Record<string, Value>;

export interface Card {
  id: string;
  /** Hand it back with an edit: it says what the writer saw. */
  revision: string;
  /** What it goes by, as in its row. */
  name: string;
  state: 'live' | 'deleted';
  fields: Record<string, string | number | boolean>;
  /** By kind, the ids of the entries in display order. */
  elements: Record<string, string[]>;
  conflicts: Conflict[];
}

export interface Row {
  id: string;
  name: string;
  organization?: string;
  title?: string;
  email?: string;
  phone?: string;
  /** SHA-256 of the photo; `Book.blob` has the bytes. */
  photo?: string;
  conflicts: number;
  state: 'live' | 'deleted';
}

export interface List {
  rows: Row[];
  /** How many rows match, whatever the limit. */
  total: number;
}

export interface ListQuery {
  /** Words that must all be found. */
  search?: string;
  offset?: number;
  limit?: number;
  deleted?: boolean;
  /** Only cards with open conflicts. */
  conflicts?: boolean;
}

export interface Writer {
  origin: 'person' | 'import' | 'system' | 'unknown';
  /** Milliseconds since 1970, as the writer's clock said; never in the future. */
  time: number;
  replica?: string;
  label?: string;
  system?: string;
  row?: string;
  revision?: string;
  run?: string;
}

export interface Candidate {
  /** From 1, the shown one. */
  number: number;
  value: Value;
  /** For a whole address or name: its leaves by path. */
  fields?: Fields;
  writers: Writer[];
}

export interface Conflict {
  path: string;
  kind: 'value' | 'presence' | 'state' | 'group';
  candidates: Candidate[];
}

export interface CardConflicts {
  id: string;
  name: string;
  revision: string;
  conflicts: Conflict[];
}

export interface HistoryEntry {
  hash: string;
  writer: Writer;
  changes: { path: string; from: Value[]; to: Value }[];
  /** Set aside: two programs wrote as the same writer (a copied machine). */
  out?: boolean;
}

export interface Written {
  id: string;
  revision: string;
  changed: boolean;
}

export interface Imported {
  created: string[];
  updated: string[];
  unchanged: string[];
  /** Deleted here; nothing was written. Restore them first. */
  deleted: string[];
  /** The file's UID belongs to somebody else here: a card of its own was made. */
  proposals: { made: string; found: string }[];
}

export interface Received {
  accepted: number;
  known: number;
  waiting: number;
  refused: number;
  newer: number;
}

export interface Status {
  replica: string;
  cards: number;
  deleted: number;
  conflicts: number;
  changes: number;
  waiting: number;
  newer: number;
  equivocated: number;
  /** By relay: changes it has not had yet. */
  unpushed: Record<string, number>;
  refused: { card: string; reason: string; source: string; length: number }[];
  damage: { key: string; reason: string }[];
}

export interface Pending {
  /** Changes that the relay has not had yet. */
  changes: number;
  chunks: number;
  /** As chunks. */
  bytes: number;
  /** Whether there are more chunks than were counted. */
  more: boolean;
}

export interface Synced extends Received {
  /** Exchanges with the relay. */
  requests: number;
  /** Chunks that were pushed. */
  pushed: number;
  /** Chunks that were pulled. */
  pulled: number;
  /** Bytes in both directions, as chunks. */
  bytes: number;
}

/** Told of work that takes long. `total` is 0 while it is not known. */
export type Progress = (done: number, total: number) => void;

/** Bytes that drafts refer to by their SHA-256, such as photos. */
export type Blobs = Iterable<[sha256: string, bytes: Uint8Array]>;

export interface ImportOptions {
  /** What the history calls the import. */
  run?: string;
  blobs?: Blobs;
  onProgress?: Progress;
}
