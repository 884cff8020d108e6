/**
 * What is remembered of each connection between runs, in `connections.state.json`
 * in the book's folder: no secret, no personal data, and nothing that cannot be
 * found out again. It is written while the book's lease is held, so that two
 * processes do not write at once.
 */
import { join } from 'node:path';
import { damaged, readJson, writeJson } from '../connections/files.js';
import type { FormStore } from '../relay/flow/sender.js';
import type { ConnectionState } from './connection-state.js';

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
