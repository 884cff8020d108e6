/**
 * What a book is connected to: `connections.json` in the book's folder, mode
 * 0600, beside the log and never in it, because an address is a secret and the
 * book travels. Only `addressOf` hands an address out; nothing here prints one.
 */
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import { type Connection, checkName, type FlowConnection, isName, unknownConnection } from './connection.js';
import { damaged, readJson, writeJson } from './files.js';

const VERSION = 1;

export class ConnectionStore {
  readonly #path: string;

  /** `folder` is the book's. */
  constructor(folder: string) {
    this.#path = join(folder, 'connections.json');
  }

  /** By name, ascending. */
  async list(): Promise<Connection[]> {
    const value = await readJson(this.#path);
    if (value === undefined) return [];
    const { version, connections } = (value ?? {}) as { version?: unknown; connections?: unknown };
    if (typeof version === 'number' && version > VERSION) {
      throw new ContactmeshError(
        'storage-newer',
        `reading ${this.#path}: a newer version wrote it; update contactmesh`,
      );
    }
    if (version !== VERSION || !Array.isArray(connections) || !connections.every(isConnection)) {
      throw damaged(this.#path);
    }
    return connections.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(name: string): Promise<Connection> {
    const all = await this.list();
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw unknownConnection(
      name,
      all.map((one) => one.name),
    );
  }

  /** Adds a connection, or replaces the one of that name. */
  async put(connection: Connection): Promise<void> {
    checkName(connection.name);
    const all = await this.list();
    const others = all.filter(({ name }) => name !== connection.name);
    if (others.length === all.length) checkVariable(connection.name, others);
    await this.#write([...others, connection]);
  }

  async remove(name: string): Promise<void> {
    await this.get(name);
    await this.#write((await this.list()).filter((one) => one.name !== name));
  }

  async #write(connections: Connection[]): Promise<void> {
    await writeJson(this.#path, { version: VERSION, connections });
  }
}

/** The variable that holds an address: it goes before the stored one. */
export function variableOf(name: string): string {
  return `CONTACTMESH_URL_${name.toUpperCase().replaceAll('-', '_')}`;
}

export function addressOf(connection: FlowConnection, environment: Record<string, string | undefined>): string {
  return environment[variableOf(connection.name)] || connection.url;
}

/** Two connections of one variable would sync with one flow, and nobody would see why. */
function checkVariable(name: string, others: Connection[]): void {
  const twin = others.find((one) => variableOf(one.name) === variableOf(name));
  if (twin === undefined) return;
  const message = `connecting \`${name}\`: the connection \`${twin.name}\` has the same variable for its address, ${variableOf(name)}; choose another name`;
  throw new ContactmeshError('bad-input', message);
}

function isConnection(value: unknown): value is Connection {
  if (typeof value !== 'object' || value === null) return false;
  const { name, kind, url, log, dir } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !isName(name) || kind !== 'relay') return false;
  return typeof dir === 'string' ? url === undefined : typeof url === 'string' && typeof log === 'string';
}
