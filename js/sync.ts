/**
 * The sentence of a sync: offer what the relay may lack, take in what it has,
 * until neither side has anything for the other. What is taken in, the cursor
 * and the acknowledgement are stored in one commit. It looks into no chunk.
 */
import { ENGINE_STOPPED, type Handle } from './engine.js';
import { isContactmeshError } from './errors.js';
import type { ExchangeResponse, Relay } from './relay/port.js';
import type { Pending, Progress, Received, Status, Synced } from './types.js';

/** Does something to the engine and stores the result, in the order of the calls. */
export type Change = <T>(doing: string, work: (engine: Handle) => T) => Promise<T>;

interface Outgoing {
  chunks: Uint8Array[];
  upto: number;
  cursor: string | null;
  more: boolean;
}

/** How many chunks go and come in one exchange. */
const CHUNKS = 50;
/** How many chunks a plan looks at. */
const PLANNED = 1_000;
/** How often a sync begins again: a relay that then still refuses its own cursors never ends it. */
const RESTARTS = 2;

export interface SyncOptions {
  /** What the book calls the relay. */
  name: string;
  /** Reads the relay from the beginning: a damaged store may lack what it once pulled. */
  afresh: boolean;
  onProgress?: Progress;
}

/** What a relay would be offered, as far as a plan looks. */
export function pendingFor(engine: Handle, name: string): Pending {
  const { chunks, more }: Outgoing = engine.outgoing(name, PLANNED);
  const { unpushed, changes }: Status = engine.status();
  // A relay that the book has never met is offered everything.
  return { changes: unpushed[name] ?? changes, chunks: chunks.length, bytes: bytesOf(chunks), more };
}

export async function syncWith(relay: Relay, options: SyncOptions, change: Change): Promise<Synced> {
  const { name, onProgress } = options;
  const total: Synced = {
    requests: 0,
    pushed: 0,
    pulled: 0,
    bytes: 0,
    accepted: 0,
    known: 0,
    waiting: 0,
    refused: 0,
    newer: 0,
  };
  let done = 0;
  let restarts = 0;
  if (options.afresh) await change(`starting again with ${name}`, (engine) => engine.forgetRelay(name));
  for (;;) {
    const out: Outgoing = await change(`offering changes to ${name}`, (engine) => engine.outgoing(name, CHUNKS));
    const answer = await exchange(relay, name, out, change, restarts < RESTARTS);
    total.requests += 1;
    if (answer === 'start-again') {
      restarts += 1;
      continue;
    }
    total.pushed += out.chunks.length;
    total.pulled += answer.chunks.length;
    total.bytes += bytesOf(out.chunks) + bytesOf(answer.chunks);
    add(total, await takeIn(name, answer, out.upto, change));
    done += out.chunks.length + answer.chunks.length;
    onProgress?.(done, 0);
    if (!out.more && !answer.more) return total;
  }
}

/** After damage every relay is read from the beginning: what was lost may have come from one, and never have gone to another. */
export async function forgetOthers(synced: string, change: Change): Promise<void> {
  await change('setting damage aside', (engine) => {
    const { unpushed }: Status = engine.status();
    for (const name of Object.keys(unpushed)) if (name !== synced) engine.forgetRelay(name);
  });
}

async function exchange(
  relay: Relay,
  name: string,
  out: Outgoing,
  change: Change,
  mayRestart: boolean,
): Promise<ExchangeResponse | 'start-again'> {
  try {
    return await relay.exchange({ chunks: out.chunks, cursor: out.cursor, limit: CHUNKS });
  } catch (error) {
    if (!isContactmeshError(error, 'relay-foreign') || out.cursor === null || !mayRestart) throw error;
    // Another log stands in this place, or the log was restored from a backup: it may lack what it once had.
    await change(`starting again with ${name}`, (engine) => engine.forgetRelay(name));
    return 'start-again';
  }
}

async function takeIn(name: string, answer: ExchangeResponse, upto: number, change: Change): Promise<Received> {
  const doing = `taking in ${answer.chunks.length} chunks from ${name}`;
  const work = (chunks: Uint8Array[]) => (engine: Handle) => {
    engine.acknowledge(name, upto);
    return engine.incoming(name, chunks, answer.cursor) as Received;
  };
  try {
    return await change(doing, work(answer.chunks));
  } catch (error) {
    if (!isContactmeshError(error, ENGINE_STOPPED)) throw error;
  }
  // The engine stopped on one of the chunks: one by one, and the one it stops on goes into quarantine.
  const total: Received = { accepted: 0, known: 0, waiting: 0, refused: 0, newer: 0 };
  for (const chunk of answer.chunks) {
    try {
      // The cursor must not pass the chunks that are still to come: it moves at the end.
      add(total, await change(doing, (engine) => engine.take(name, chunk) as Received));
    } catch (error) {
      if (!isContactmeshError(error, ENGINE_STOPPED)) throw error;
      await change(`refusing a chunk from ${name}`, (e) => e.refuseChunk(name, chunk, 'the engine stopped on it'));
      total.refused += 1;
    }
  }
  await change(doing, work([]));
  return total;
}

function add(total: Received, more: Received): void {
  total.accepted += more.accepted;
  total.known += more.known;
  total.waiting += more.waiting;
  total.refused += more.refused;
  total.newer += more.newer;
}

function bytesOf(chunks: Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
