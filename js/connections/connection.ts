/**
 * What a connection is, wherever it is kept: a name, and the place where the
 * replicas of a book meet. The address of a flow is a secret; nothing here
 * shows one.
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

export type Connection = FlowConnection | FolderConnection;

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
