/**
 * What a book is connected to: `connections.json` in the book's folder, mode
 * 0600, beside the log and never in it, because an address is a secret and the
 * book travels. Only `addressOf` and `addressesOf` hand one out; nothing here prints one.
 */
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import {
  type Connection,
  checkKind,
  checkName,
  type FlowConnection,
  isName,
  isSystem,
  type SystemConnection,
  unknownConnection,
} from './connection.js';
import { damaged, readJson, writeJson } from './files.js';

/** The format with systems of record in it, and the one without, which is written as long as there is none. */
const VERSION = 2;
const WITHOUT_SYSTEMS = 1;

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
    if (
      typeof version !== 'number' ||
      version < WITHOUT_SYSTEMS ||
      !Array.isArray(connections) ||
      !connections.every(isConnection)
    ) {
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
    checkKind(connection.name, all.find(({ name }) => name === connection.name)?.kind, connection.kind);
    if (others.length === all.length) checkVariable(connection, others);
    await this.#write([...others, connection]);
  }

  async remove(name: string): Promise<void> {
    await this.get(name);
    await this.#write((await this.list()).filter((one) => one.name !== name));
  }

  async #write(connections: Connection[]): Promise<void> {
    const version = connections.some(isSystem) ? VERSION : WITHOUT_SYSTEMS;
    await writeJson(this.#path, { version, connections });
  }
}

/** The variable that holds an address: it goes before the stored one. A system has one for each of its flows. */
export function variableOf(name: string, flow?: 'pull' | 'apply'): string {
  const end = flow === undefined ? '' : `_${flow.toUpperCase()}`;
  return `CONTACTMESH_URL_${name.toUpperCase().replaceAll('-', '_')}${end}`;
}

type Environment = Record<string, string | undefined>;

export function addressOf(connection: FlowConnection, environment: Environment): string {
  return environment[variableOf(connection.name)] || connection.url;
}

export function addressesOf({ name, pull, apply }: SystemConnection, environment: Environment) {
  return {
    pull: environment[variableOf(name, 'pull')] || pull,
    apply: environment[variableOf(name, 'apply')] || apply,
  };
}

function variablesOf(connection: Connection): string[] {
  const { name } = connection;
  return isSystem(connection) ? [variableOf(name, 'pull'), variableOf(name, 'apply')] : [variableOf(name)];
}

/** Two connections of one variable would sync with one flow, and nobody would see why. */
function checkVariable(connection: Connection, others: Connection[]): void {
  const { name } = connection;
  const own = variablesOf(connection);
  const twin = others.find((one) => variablesOf(one).some((variable) => own.includes(variable)));
  if (twin === undefined) return;
  const shared = variablesOf(twin).filter((variable) => own.includes(variable));
  const message = `connecting \`${name}\`: the connection \`${twin.name}\` has the same variable for its address, ${shared[0]}; choose another name`;
  throw new ContactmeshError('bad-input', message);
}

function isConnection(value: unknown): value is Connection {
  if (typeof value !== 'object' || value === null) return false;
  const { name, kind, url, log, dir, pull, apply } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !isName(name)) return false;
  if (kind === 'outlook') return typeof pull === 'string' && typeof apply === 'string';
  if (kind !== 'relay') return false;
  return typeof dir === 'string' ? url === undefined : typeof url === 'string' && typeof log === 'string';
}
