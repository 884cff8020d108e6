/** Connections for people and for --json: never an address. */

import { type Connection, isFlow } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { addressOf, ConnectionStore } from '../../connections/store.js';
import { hostOf } from '../../relay/flow/address.js';
import { StateStore } from '../../schedule/state.js';
import { count, line } from '../text.js';
import { when } from '../who.js';

export interface ConnectionReport {
  name: string;
  kind: 'flow' | 'folder';
  /** The host of a flow, or the folder. */
  place: string;
  lastRun: string | null;
  outcome: string | null;
  nextRun: string | null;
  paused: string | null;
  deadLetters: number;
}

/** A variable may hold anything; a list must be shown all the same. */
const UNUSABLE = 'no address that can be called';

export async function connectionReports(folder: string): Promise<ConnectionReport[]> {
  const connections = await new ConnectionStore(folder).list();
  return Promise.all(connections.map((one) => reportOf(folder, one)));
}

async function reportOf(folder: string, connection: Connection): Promise<ConnectionReport> {
  const { name } = connection;
  const state = await new StateStore(folder).get(name);
  const letters = await new FileDeadLetters(folder, name).list();
  return {
    name,
    kind: isFlow(connection) ? 'flow' : 'folder',
    place: isFlow(connection) ? (hostOf(addressOf(connection, process.env)) ?? UNUSABLE) : connection.dir,
    lastRun: state.last?.ended ?? null,
    outcome: state.last?.outcome ?? null,
    nextRun: state.next === undefined || state.paused !== undefined ? null : new Date(state.next).toISOString(),
    paused: state.paused ?? null,
    deadLetters: letters.length,
  };
}

export function reportRow(report: ConnectionReport): string[] {
  const { name, place, lastRun, outcome, paused, deadLetters } = report;
  const last = lastRun === null ? 'never synced' : `last run ${when(Date.parse(lastRun))}: ${outcome}`;
  const trouble = [
    ...(paused === null ? [] : [`waits for you (${paused}); then \`contactmesh sync ${name}\``]),
    ...(deadLetters > 0 ? [`${count(deadLetters, 'dead letter')}; see \`contactmesh letters ${name}\``] : []),
  ];
  return [name, line(place), last, trouble.join('; ')];
}
