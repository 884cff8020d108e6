/**
 * What is kept of connections between runs, each kind in its drawer: the
 * browser's counterpart of the files beside a book in a folder. None of it
 * holds an address in the open; only letters hold personal data.
 */

import { checkKind, checkName, unknownConnection } from '../../connections/connection.js';
import type { DeadLetter, DeadLetters } from '../../relay/flow/dead-letters.js';
import type { FormStore } from '../../relay/flow/sender.js';
import type { ConnectionState } from '../../schedule/connection-state.js';
import type { RunRecord } from '../../schedule/record.js';
import type { Journal, Notes } from '../../schedule/run.js';
import type { SystemFlowName } from '../../systems/flows.js';
import type { Cupboard } from './cupboard.js';
import { type Sealed, seal, unseal } from './secret.js';

interface KeptBase {
  name: string;
  /** The name of the log on the flow; what the flows of a system know the book by. */
  log: string;
  /** The host of the flow, for people. */
  place: string;
  /** Flow actions a day that its runs may use. */
  actions: number;
  automatic: boolean;
}

export interface KeptRelay extends KeptBase {
  kind: 'relay';
  address: Sealed;
}

export interface KeptSystem extends KeptBase {
  kind: 'outlook';
  pull: Sealed;
  apply: Sealed;
}

/** A connection as it is kept. */
export type Kept = KeptRelay | KeptSystem;

/** The connections of a book, with their addresses. */
export class ConnectionDrawer {
  readonly #cupboard: Cupboard;

  constructor(cupboard: Cupboard) {
    this.#cupboard = cupboard;
  }

  /** By name, ascending. */
  list(): Promise<Kept[]> {
    return this.#cupboard.all('connections');
  }

  async get(name: string): Promise<Kept> {
    const kept = await this.#cupboard.get<Kept>('connections', name);
    if (kept !== undefined) return kept;
    const known = (await this.list()).map((one) => one.name);
    throw unknownConnection(name, known);
  }

  /** Adds a connection, or replaces the one of that name, which must be of the same kind. */
  async putRelay(connection: Omit<KeptRelay, 'address'>, url: string): Promise<void> {
    await this.#put({ ...connection, address: await seal(this.#cupboard, connection.name, url) });
  }

  async putSystem(connection: Omit<KeptSystem, SystemFlowName>, urls: Record<SystemFlowName, string>): Promise<void> {
    const { name } = connection;
    const pull = await seal(this.#cupboard, `${name}/pull`, urls.pull);
    await this.#put({ ...connection, pull, apply: await seal(this.#cupboard, `${name}/apply`, urls.apply) });
  }

  /** Refuses a name that cannot be one, or is that of a connection of another kind. */
  async check(name: string, kind: Kept['kind']): Promise<void> {
    checkName(name);
    checkKind(name, (await this.#cupboard.get<Kept>('connections', name))?.kind, kind);
  }

  addressOf({ name, address }: KeptRelay): Promise<string> {
    return unseal(this.#cupboard, name, address);
  }

  async addressesOf({ name, pull, apply }: KeptSystem): Promise<Record<SystemFlowName, string>> {
    const one = (flow: SystemFlowName, sealed: Sealed) => unseal(this.#cupboard, `${name}/${flow}`, sealed);
    return { pull: await one('pull', pull), apply: await one('apply', apply) };
  }

  async #put(kept: Kept): Promise<void> {
    await this.check(kept.name, kept.kind);
    await this.#cupboard.put('connections', kept, kept.name);
  }

  async remove(name: string): Promise<void> {
    await this.get(name);
    await this.#cupboard.remove('connections', name);
  }
}

/** What is remembered of each connection, and which form each flow takes. */
export class StateDrawer implements Notes, FormStore {
  readonly #cupboard: Cupboard;

  constructor(cupboard: Cupboard) {
    this.#cupboard = cupboard;
  }

  async get(name: string): Promise<ConnectionState> {
    return (await this.#cupboard.get<ConnectionState>('states', name)) ?? { idle: 0 };
  }

  put(name: string, state: ConnectionState): Promise<void> {
    return this.#cupboard.put('states', state, name);
  }

  remove(name: string): Promise<void> {
    return this.#cupboard.remove('states', name);
  }

  load(key: string): Promise<'json' | 'text' | undefined> {
    return this.#cupboard.get('forms', key);
  }

  save(key: string, form: 'json' | 'text'): Promise<void> {
    return this.#cupboard.put('forms', form, key);
  }
}

/** What the flow of one connection refused for good. */
export class LetterDrawer implements DeadLetters {
  readonly #cupboard: Cupboard;
  readonly #connection: string;

  constructor(cupboard: Cupboard, connection: string) {
    this.#cupboard = cupboard;
    this.#connection = connection;
  }

  list(): Promise<DeadLetter[]> {
    return this.#cupboard.all('letters', this.#all());
  }

  put(letter: DeadLetter): Promise<void> {
    return this.#cupboard.put('letters', letter, [this.#connection, letter.hash]);
  }

  remove(hash: string): Promise<void> {
    return this.#cupboard.remove('letters', [this.#connection, hash]);
  }

  clear(): Promise<void> {
    return this.#cupboard.remove('letters', this.#all());
  }

  #all(): IDBKeyRange {
    return IDBKeyRange.bound([this.#connection], [this.#connection, '\uffff']);
  }
}

/** The last runs of all connections. */
export class RunDrawer implements Journal {
  readonly #cupboard: Cupboard;

  constructor(cupboard: Cupboard) {
    this.#cupboard = cupboard;
  }

  add(record: RunRecord): Promise<void> {
    return this.#cupboard.append('runs', record, MOST_RUNS);
  }

  /** The last run first. */
  async recent(count: number): Promise<RunRecord[]> {
    return (await this.#cupboard.all<RunRecord>('runs')).reverse().slice(0, count);
  }
}

const MOST_RUNS = 500;
