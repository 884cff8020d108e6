/** Connections for people and for --json: never an address. */

import type { Book } from '../../book.js';
import { type Connection, isFlow, isSystem } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { addressesOf, addressOf, ConnectionStore } from '../../connections/store.js';
import { hostOf } from '../../relay/flow/address.js';
import { StateStore } from '../../schedule/state.js';
import { count, line } from '../text.js';
import { when } from '../who.js';

export interface ConnectionReport {
  name: string;
  kind: 'flow' | 'folder' | 'outlook';
  /** The host of a flow, or the folder. */
  place: string;
  lastRun: string | null;
  outcome: string | null;
  nextRun: string | null;
  paused: string | null;
  deadLetters: number;
  /** Of a system of record: what waits for a person. */
  held: string | null;
  waiting: number;
}

/** A variable may hold anything; a list must be shown all the same. */
const UNUSABLE = 'no address that can be called';

export async function connectionReports(folder: string, book: Book): Promise<ConnectionReport[]> {
  const connections = await new ConnectionStore(folder).list();
  return Promise.all(connections.map((one) => reportOf(folder, book, one)));
}

async function reportOf(folder: string, book: Book, connection: Connection): Promise<ConnectionReport> {
  const { name } = connection;
  const state = await new StateStore(folder).get(name);
  const letters = await new FileDeadLetters(folder, name).list();
  return {
    name,
    kind: isSystem(connection) ? connection.kind : isFlow(connection) ? 'flow' : 'folder',
    place: placeOf(connection),
    lastRun: state.last?.ended ?? null,
    outcome: state.last?.outcome ?? null,
    nextRun: state.next === undefined || state.paused !== undefined ? null : new Date(state.next).toISOString(),
    paused: state.paused ?? null,
    deadLetters: letters.length,
    ...(isSystem(connection) ? waitingOf(book, name) : { held: null, waiting: 0 }),
  };
}

function placeOf(connection: Connection): string {
  if (isSystem(connection)) return hostOf(addressesOf(connection, process.env).pull) ?? UNUSABLE;
  return isFlow(connection) ? (hostOf(addressOf(connection, process.env)) ?? UNUSABLE) : connection.dir;
}

/** Nothing, of a system that the book has lost: the next run says so. */
function waitingOf(book: Book, name: string): Pick<ConnectionReport, 'held' | 'waiting'> {
  if (!book.systems.list().includes(name)) return { held: null, waiting: 0 };
  const { held, parked, refused, detached } = book.systems.status(name);
  return { held: held?.token ?? null, waiting: parked.length + refused.length + detached.length };
}

export function reportRow(report: ConnectionReport): string[] {
  const { name, place, lastRun, outcome, paused, deadLetters, held, waiting } = report;
  const last = lastRun === null ? 'never synced' : `last run ${when(Date.parse(lastRun))}: ${outcome}`;
  const trouble = [
    ...(paused === null ? [] : [`waits for you (${paused}); then \`contactmesh sync ${name}\``]),
    ...(held === null ? [] : [`a run is held; see \`contactmesh status ${name}\``]),
    ...(waiting > 0 ? [`${count(waiting, 'contact')} waiting; see \`contactmesh status ${name}\``] : []),
    ...(deadLetters > 0 ? [`${count(deadLetters, 'dead letter')}; see \`contactmesh letters ${name}\``] : []),
  ];
  return [name, line(place), last, trouble.join('; ')];
}
