/**
 * The connections of a shared book, as a tab sees them. The tab that keeps the
 * book syncs them, whichever tab asks, so that none is synced twice at once;
 * addresses go in and never come out.
 */

import { syncStopped } from '../../schedule/metered.js';
import type { RunRecord } from '../../schedule/record.js';
import type { Progress } from '../../types.js';
import type { Link } from '../link.js';
import type { AnyMethod } from '../protocol.js';
import type { ConnectionReport, ConnectOptions, LetterReport, SyncedConnection } from './report.js';

export interface SyncOptions {
  /** Also while the flow is left in peace so that it recovers. */
  now?: boolean;
  /** Ends the run under way at once, for every tab that waits for it or for the next; what was exchanged until then stands. */
  signal?: AbortSignal;
  /** Of a system: lists every row, not only what changed. */
  audit?: boolean;
  /** Told how many chunks went and came, also in the run that is waited for; `total` is 0 while nobody knows it. */
  onProgress?: Progress;
}

export class Connections {
  readonly #link: Link;
  readonly #assertOpen: (method: AnyMethod) => void;
  readonly #listeners = new Set<(connections: ConnectionReport[]) => void>();

  /** @internal `SharedBook.connections` is the way. */
  constructor(link: Link, assertOpen: (method: AnyMethod) => void) {
    this.#link = link;
    this.#assertOpen = assertOpen;
  }

  /** By name, ascending. */
  async list(): Promise<ConnectionReport[]> {
    this.#assertOpen('connections');
    return this.#link.call('connections', []);
  }

  /** Adds a connection, or gives the one of that name another address. It is synced soon, unless `automatic` is false. */
  async connect(name: string, options: ConnectOptions): Promise<ConnectionReport[]> {
    this.#assertOpen('connect');
    return this.#link.call('connect', [name, options]);
  }

  /** Forgets a connection, its address and what its flow refused. Nothing of the book goes, and nothing over there. */
  async disconnect(name: string): Promise<ConnectionReport[]> {
    this.#assertOpen('disconnect');
    return this.#link.call('disconnect', [name]);
  }

  /**
   * Syncs now, and resolves when what is there by now, on both sides, has been exchanged: during a run that is the next one,
   * shared by all who ask meanwhile. If the run under way fails, or waits for a person, that is the answer. Of a system it
   * answers the run's `report` too.
   */
  async sync(name: string, options: SyncOptions = {}): Promise<SyncedConnection> {
    this.#assertOpen('syncConnection');
    const { now = false, audit = false, signal, onProgress } = options;
    if (signal?.aborted) throw syncStopped();
    const stop = () => {
      // It fails with the book alone, and then the sync does too.
      this.#link.call('stopConnection', [name]).catch(() => {});
    };
    const syncing = this.#link.call('syncConnection', [name, now, audit], { onProgress });
    signal?.addEventListener('abort', stop);
    try {
      return await syncing;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** The chunks that the flow refused for good. Others do not get what is in them, until they are taken. */
  async letters(name: string): Promise<LetterReport[]> {
    this.#assertOpen('letters');
    return this.#link.call('letters', [name]);
  }

  /** Has a refused chunk sent again with the next sync. */
  async retryLetter(name: string, hash: string): Promise<void> {
    this.#assertOpen('settleLetter');
    await this.#link.call('settleLetter', [name, hash, 'retry']);
  }

  /** Forgets a refused chunk. What is in it stays in the book. */
  async dropLetter(name: string, hash: string): Promise<void> {
    this.#assertOpen('settleLetter');
    await this.#link.call('settleLetter', [name, hash, 'drop']);
  }

  /** What the last runs did, the last one first. */
  async runs(count = 50): Promise<RunRecord[]> {
    this.#assertOpen('runs');
    return this.#link.call('runs', [count]);
  }

  /** Calls `listener` with all connections whenever one looks different; returns how to stop that. */
  onChange(listener: (connections: ConnectionReport[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @internal */
  tell(reports: ConnectionReport[]): void {
    for (const listener of [...this.#listeners]) listener(reports);
  }

  /** @internal Begins to say when this tab is shown and when the network is back. */
  watch(): () => void {
    if (typeof document === 'undefined') return () => {};
    // Nobody waits for it: a host that does not hear it syncs a little later.
    const awake = () => void this.#link.call('awake', []).catch(() => {});
    const shown = () => document.visibilityState === 'visible' && awake();
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('online', awake);
    return () => {
      document.removeEventListener('visibilitychange', shown);
      window.removeEventListener('online', awake);
    };
  }
}
