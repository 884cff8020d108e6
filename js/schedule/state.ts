/**
 * What is remembered of each connection between runs, in `connections.state.json`
 * in the book's folder: no secret, no personal data, and nothing that cannot be
 * found out again. It is written while the book's lease is held, so that two
 * processes do not write at once.
 */
import { join } from 'node:path';
import { damaged, readJson, writeJson } from '../connections/files.js';
import type { FormStore } from '../relay/flow/sender.js';
import type { Bucket } from './interval.js';

export interface ConnectionState {
  /** The run that is under way; one that is found at the next start was killed. */
  running?: { run: string; started: string };
  last?: { ended: string; outcome: string };
  /** The last run that ended well. */
  done?: string;
  /** Until a person acts: the code of what they must see to. */
  paused?: string;
  /** The token of what the last run held for a person to confirm. */
  held?: string;
  /** Milliseconds since 1970. */
  notBefore?: number;
  next?: number;
  /** Runs since something moved. */
  idle: number;
  bucket?: Bucket;
}

/** The state once a person has acted: whatever it waited for, it is tried again. */
export function afterPerson(state: ConnectionState): ConnectionState {
  const { paused: _paused, held: _held, notBefore: _notBefore, next: _next, ...kept } = state;
  return kept;
}

interface Contents {
  version: 1;
  connections: Record<string, ConnectionState>;
  forms: Record<string, 'json' | 'text'>;
}

export class StateStore implements FormStore {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'connections.state.json');
  }

  async get(name: string): Promise<ConnectionState> {
    return (await this.#contents()).connections[name] ?? { idle: 0 };
  }

  async put(name: string, state: ConnectionState): Promise<void> {
    const all = await this.#contents();
    all.connections[name] = state;
    await writeJson(this.#path, all);
  }

  async remove(name: string): Promise<void> {
    const all = await this.#contents();
    delete all.connections[name];
    await writeJson(this.#path, all);
  }

  async load(key: string): Promise<'json' | 'text' | undefined> {
    const form = (await this.#contents()).forms[key];
    return form === 'json' || form === 'text' ? form : undefined;
  }

  async save(key: string, form: 'json' | 'text'): Promise<void> {
    const all = await this.#contents();
    all.forms[key] = form;
    await writeJson(this.#path, all);
  }

  async #contents(): Promise<Contents> {
    const value = ((await readJson(this.#path)) ?? { version: 1 }) as Partial<Contents>;
    if (value.version !== 1) throw damaged(this.#path);
    // Names come from a file: without a prototype none of them means something.
    const connections = Object.assign(Object.create(null), value.connections);
    return { version: 1, connections, forms: Object.assign(Object.create(null), value.forms) };
  }
}
