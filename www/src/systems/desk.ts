/**
 * What is on the desk for one system of record: how it stands, what would be
 * sent, what its last run did, and the people all that is about. It asks the
 * book for no more people than are shown, so a large mailbox costs no more.
 */
import { type Card, isContactmeshError, type SharedBook, type SystemPlan, type SystemStatus } from 'contactmesh';
import type { RunRecord } from '../words/systems.js';

/** Cards by id: those that are named somewhere. */
export type Known = ReadonlyMap<string, Card>;

export interface Desk {
  status: SystemStatus;
  plan: SystemPlan;
  /** The last run that came to an end. */
  last: RunRecord | undefined;
  known: Known;
}

/** Of everything that lists people, so many are shown at first. */
export const FIRST = 10;
const RUNS = 50;

/** Undefined if the book knows nothing of it: it is about to be connected, or has been lost. */
export async function readDesk(book: SharedBook, name: string): Promise<Desk | undefined> {
  try {
    const [status, plan, runs] = await Promise.all([
      book.systems.status(name),
      book.systems.plan(name),
      book.connections.runs(RUNS),
    ]);
    const last = runs.find(({ connection, system }) => connection === name && system !== undefined);
    return { status, plan, last, known: await readCards(book, namedIn(status, plan)) };
  } catch (error) {
    if (isContactmeshError(error, 'system-unknown')) return undefined;
    throw error;
  }
}

/** Those that are here; others are left out. */
export async function readCards(book: SharedBook, ids: Iterable<string>): Promise<Known> {
  const read = [...new Set(ids)].map(async (id): Promise<[string, Card] | undefined> => {
    try {
      return [id, await book.card(id)];
    } catch (error) {
      // What is held may name an entry of the other side that has no card here.
      if (isContactmeshError(error, 'card-unknown')) return undefined;
      throw error;
    }
  });
  return new Map((await Promise.all(read)).filter((one) => one !== undefined));
}

/** Whether anything is left to say of single people. */
export function waits(status: SystemStatus): boolean {
  const { parked, refused, detached } = status;
  return [parked, refused, detached, missingOf(status)].some(({ length }) => length > 0);
}

/** Those who were not in the last listing, but for those who are asked about together. */
export function missingOf({ held, missing }: SystemStatus): string[] {
  return held?.kind === 'delete' || held?.kind === 'empty-listing' ? [] : missing;
}

function namedIn({ held, missing, detached, refused, parked }: SystemStatus, { waiting }: SystemPlan): string[] {
  const lists = [
    held?.cards ?? [],
    missing,
    detached,
    refused.map(({ card }) => card),
    waiting.map(({ card }) => card),
  ];
  return [...lists.flatMap((cards) => cards.slice(0, FIRST)), ...parked.slice(0, FIRST).flatMap(({ cards }) => cards)];
}
