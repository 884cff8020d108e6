/**
 * What a connection is, wherever it is kept: a name, and the place where the
 * replicas of a book meet, or a system of record. The address of a flow is a
 * secret; nothing here shows one.
 */
import { ContactmeshError } from '../errors.js';

export interface FlowConnection {
  name: string;
  kind: 'relay';
  url: string;
  /** The name of the log on the flow. */
  log: string;
}

export interface FolderConnection {
  name: string;
  kind: 'relay';
  dir: string;
}

/** A system of record, which the book knows by the same name. */
export interface SystemConnection {
  name: string;
  kind: 'outlook';
  /** The addresses of its two flows. */
  pull: string;
  apply: string;
}

export type RelayConnection = FlowConnection | FolderConnection;
export type Connection = RelayConnection | SystemConnection;

const FORM = /^[a-z0-9][a-z0-9_-]{0,39}$/;

export function isName(name: string): boolean {
  return FORM.test(name);
}

/** Refuses what cannot be the name of a connection. */
export function checkName(name: string): void {
  if (isName(name)) return;
  const message = `\`${String(name).slice(0, 60)}\` cannot be the name of a connection; use 1 to 40 of a-z, 0-9, - and _`;
  throw new ContactmeshError('bad-input', message);
}

export function isSystem(connection: Connection): connection is SystemConnection {
  return connection.kind === 'outlook';
}

/** Refuses to make a connection into one of another kind: what is kept of it means nothing then. */
export function checkKind(name: string, before: Connection['kind'] | undefined, after: Connection['kind']): void {
  if (before === undefined || before === after) return;
  const message = `connecting \`${name}\`: there is a connection of that name to ${before === 'relay' ? 'a relay' : before}; choose another name, or disconnect it first`;
  throw new ContactmeshError('bad-input', message);
}

export function isFlow(connection: Connection): connection is FlowConnection {
  return 'url' in connection;
}

/** What a book calls a flow. Not its address, which is a secret. */
export function relayNameOfFlow(name: string): string {
  return `connection:${name}`;
}

export function unknownConnection(name: string, known: string[]): ContactmeshError {
  const there = known.length === 0 ? 'there is none yet' : `there are ${known.join(', ')}`;
  const message = `there is no connection \`${name.slice(0, 60)}\`; ${there}. Connect first`;
  return new ContactmeshError('connection-unknown', message);
}
