/**
 * The shapes of systems of record that callers see: what a run did, what waits
 * and why, what would be sent. They mirror docs/system-json.md and hold no
 * behaviour.
 */
import type { Writer } from '../types.js';

export interface SystemOptions {
  kind: 'outlook';
  /** What the flows know the book by: 1 to 40 letters, digits, - and _. */
  book: string;
  /** The folders whose contacts take part, as the connector names them; `Contacts` if absent. */
  folders?: string[];
  /** After how many runs every row is listed; 6 if absent. */
  auditEvery?: number;
  /** Drives it from now on also if another replica does. */
  takeOver?: boolean;
}

export interface SystemConnected {
  name: string;
  /** Which turn of driving this is. */
  epoch: number;
  /** The replica that drives: this one. */
  driver: string;
}

/** What waits for a person, because it would take away too much at once. */
export interface SystemHold {
  /** What exactly is held: another set is another token. */
  token: string;
  kind: 'delete' | 'blank' | 'restored' | 'takeover' | 'empty-listing' | 'delete-or-blank';
  /** `in` if the book would lose it, `out` if the system would. */
  direction: 'in' | 'out';
  /** The cards; of a row without a card, the row. */
  cards: string[];
  /** How many are allowed without asking. */
  allowed: number;
}

export interface SystemReport {
  requests: number;
  /** Rows that the flow returned, and those that were not as they were. */
  read: number;
  judged: number;
  /** Cards: made of rows, edited from rows, linked with one, deleted because theirs is gone. */
  created: number;
  edited: number;
  linked: number;
  deleted: number;
  /** Rows: that have another id now, that wait. */
  moved: number;
  parked: number;
  /** Changes: that happened, that met an edit, of which nobody knows yet, that the system refused. */
  sent: number;
  stale: number;
  unknown: number;
  rejected: number;
  /** Seconds until the system wants to be asked again; 0 if it does not say. */
  retryAfter: number;
  audited: boolean;
  /** What a person should know, in stable words. */
  alerts: string[];
  held: SystemHold | null;
}

/** A row of which nobody knows yet whose it is. */
export interface ParkedRow {
  row: string;
  /** What the row is called in the system. */
  called: string;
  /** What the row holds, as the system spells it. */
  fields: { slot: string; text: string }[];
  /** `proposal` waits for a person; the others for another listing. */
  why: 'proposal' | 'pending-create' | 'moved' | 'copy' | 'older';
  /** The cards it may belong to. */
  cards: string[];
}

export interface SystemStatus {
  name: string;
  kind: string;
  epoch: number;
  /** Whether this replica drives it. */
  isDriver: boolean;
  folders: string[];
  /** How many rows are linked with a card. */
  rows: number;
  /** Changes that were sent, or are about to be, and whose outcome is not known. */
  unsettled: number;
  /** Cards whose row was not in the last listing. */
  missing: string[];
  /** Cards whose row became another card's: nothing is sent for them. */
  detached: string[];
  parked: ParkedRow[];
  /** What the system refused, by card: the status it answered and what it said. */
  refused: { card: string; code: number; message: string }[];
  held: SystemHold | null;
  /** Records that could not be read. */
  damaged: number;
}

export interface PlannedField {
  /** The field of the row, such as `jobTitle` or `homeAddress/city`. */
  slot: string;
  from: string;
  /** Empty to clear. */
  to: string;
  /** Who wrote it. */
  because: Writer | null;
}

export interface PlannedAction {
  card: string;
  name: string;
  do: 'create' | 'update' | 'delete';
  /** Empty for one that is to be made. */
  row: string;
  fields: PlannedField[];
  /** Of a deletion: who deleted the card. */
  because: Writer | null;
}

/** Exactly what would be sent now. */
export interface SystemPlan {
  actions: PlannedAction[];
  /** Fields that are not sent while a conflict about them is open. */
  waiting: { card: string; slot: string; conflict: string }[];
  /** How many of the actions delete a row or blank a field, and how many may without asking. */
  takesAway: number;
  brake: number;
  held: SystemHold | null;
  unsettled: number;
}
