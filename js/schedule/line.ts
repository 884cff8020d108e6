/**
 * A connection made ready, and one exchange through it: with a relay, or with a
 * system of record. Whatever becomes of the exchange, it says what went and
 * came, what that cost and how it ended. It keeps no notes.
 */
import type { Book } from '../book.js';
import { type ContactmeshError, isContactmeshError } from '../errors.js';
import type { Relay } from '../relay/port.js';
import { ACTIONS_PER_PULL } from '../systems/cost.js';
import type { SystemFlows } from '../systems/flows.js';
import type { SystemReport } from '../systems/types.js';
import type { Progress, Synced } from '../types.js';
import type { Pace } from './interval.js';
import { MeteredRelay } from './metered.js';

interface Named {
  name: string;
  pace: Pace;
}

export interface RelayLine extends Named {
  /** What the book calls the relay. */
  relayName: string;
  /** Answers the same relay each time, so that it remembers what it learnt of the other side. */
  open(): Promise<LineRelay>;
}

export interface SystemLine extends Named {
  /** Answers the same flows each time. */
  flows(): Promise<LineFlows>;
}

export type Line = RelayLine | SystemLine;

/** `requests` counts what really went out, where that is more than exchanges. */
export type LineRelay = Relay & { readonly requests?: number };
export type LineFlows = SystemFlows & { readonly requests: number; readonly actions: number };

export interface ExchangeOptions {
  /** What the history of cards calls the run. */
  run: string;
  /** Lists every row of a system. */
  audit?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: Progress | undefined;
}

export interface Exchanged {
  synced?: Synced;
  report?: SystemReport;
  error?: ContactmeshError;
  requests: number;
  pushed: number;
  pulled: number;
  /** Flow actions. */
  actions: number;
}

/** Flow actions of an exchange with a relay (docs/flow-contract.md), and for each chunk that is pushed. */
const ACTIONS_PER_REQUEST = 9;
const ACTIONS_PER_CHUNK = 1;

/** The flow actions of a run that finds nothing to do. */
export function quietCost(line: Line): number {
  return 'flows' in line ? ACTIONS_PER_PULL : ACTIONS_PER_REQUEST;
}

/** A failure is a result like any other; a mistake in the program is thrown. */
export function exchange(book: Book, line: Line, options: ExchangeOptions): Promise<Exchanged> {
  return 'flows' in line ? withSystem(book, line, options) : withRelay(book, line, options);
}

async function withRelay(book: Book, { open, relayName }: RelayLine, options: ExchangeOptions): Promise<Exchanged> {
  const { signal, onProgress } = options;
  let relay: LineRelay | undefined;
  let metered: MeteredRelay | undefined;
  let before = 0;
  const outcome = await attempt(async () => {
    relay = await open();
    before = relay.requests ?? 0;
    metered = new MeteredRelay(relay, signal);
    const more = onProgress === undefined ? {} : { onProgress };
    return { synced: await book.sync(metered, { name: relayName, ...more }) };
  });
  const requests = relay?.requests === undefined ? (metered?.exchanges ?? 0) : relay.requests - before;
  const pushed = metered?.pushed ?? 0;
  const actions = requests * ACTIONS_PER_REQUEST + pushed * ACTIONS_PER_CHUNK;
  return { ...outcome, requests, pushed, pulled: metered?.pulled ?? 0, actions };
}

async function withSystem(book: Book, { name, flows: open }: SystemLine, options: ExchangeOptions): Promise<Exchanged> {
  const { run, audit = false, signal, onProgress } = options;
  let flows: LineFlows | undefined;
  let before = { requests: 0, actions: 0 };
  const outcome = await attempt(async () => {
    flows = await open();
    before = { requests: flows.requests, actions: flows.actions };
    const more = { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) };
    return { report: await book.systems.sync(name, flows, { run, audit, ...more }) };
  });
  const { sent = 0, read = 0 } = outcome.report ?? {};
  const requests = (flows?.requests ?? 0) - before.requests;
  return { ...outcome, requests, pushed: sent, pulled: read, actions: (flows?.actions ?? 0) - before.actions };
}

type Outcome = Pick<Exchanged, 'synced' | 'report' | 'error'>;

async function attempt(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!isContactmeshError(error)) throw error;
    return { error };
  }
}
