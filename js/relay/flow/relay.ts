/**
 * A relay behind a flow (docs/flow-contract.md): the log is a list that the
 * flow keeps, one row for each chunk, claimed by the chunk's hash. So whatever
 * happens to a request or its answer, the same may be sent again. A chunk that
 * the flow refuses for good becomes a dead letter and holds up no other. The
 * address is a secret and is in no message, cursor or event.
 */
import { SerialQueue } from '../../storage/queue.js';
import type { ExchangeRequest, ExchangeResponse, Relay } from '../port.js';
import { limitOf } from '../port.js';
import { checkAddress, fingerprint } from './address.js';
import { hashOf } from './base64.js';
import { type Clock, systemClock } from './clock.js';
import { advance, readAfter, readCursor, writeCursor } from './cursor.js';
import { type DeadLetters, MemoryDeadLetters } from './dead-letters.js';
import { Redactor } from './redact.js';
import { type FlowEvent, type FormStore, Sender } from './sender.js';
import type { PulledRow, Push } from './wire.js';
import {
  type Answer,
  type Ask,
  decodeAnswer,
  encodeAsk,
  MOST_BYTES,
  MOST_CHUNKS,
  MOST_HAVE,
  MOST_ROWS,
} from './wire.js';

export interface FlowRelayOptions {
  /** The address that the flow's trigger shows. */
  url: string;
  /** The name of the log: replicas that name the same one share a book. */
  book: string;
  fetch?: typeof globalThis.fetch;
  clock?: Clock;
  /** From 0 to below 1. */
  random?: () => number;
  log?: (event: FlowEvent) => void;
  /** Where it is remembered that a flow takes only text/plain. */
  forms?: FormStore;
  /** Where chunks go that the flow refuses. Without one they are kept as long as the relay. */
  letters?: DeadLetters;
  /** For a flow that asks for a sign-in. */
  token?: () => Promise<string | undefined>;
  /** How long to wait for an answer, in milliseconds; 120,000 if absent. */
  timeout?: number;
  /** The longest wait between two attempts, in milliseconds; 60,000 if absent. */
  patience?: number;
  /** Once aborted, no further request is sent. */
  signal?: AbortSignal;
}

const TIMEOUT = 120_000;
const PATIENCE = 60_000;
/** How often a relay that stays open looks whether the list is still the one it knows. */
const RECOGNISE_EVERY = 6 * 3_600_000;
const LONGEST_REASON = 200;

/** Opens the relay behind a flow; sends nothing yet. */
export async function openFlowRelay(options: FlowRelayOptions): Promise<FlowRelay> {
  const url = checkAddress(options.url);
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(options.book)) {
    throw new TypeError('the name of a log is 1 to 64 letters, digits, - and _');
  }
  return new FlowRelay(options, url, await fingerprint(url, options.book));
}

export class FlowRelay implements Relay {
  readonly #log: string;
  readonly #print: string;
  readonly #clock: Clock;
  readonly #sender: Sender;
  readonly #letters: DeadLetters;
  readonly #redactor: Redactor;
  readonly #queue = new SerialQueue();
  /** Chunks that were sent and have not come back: their bytes need not travel again. */
  readonly #sent = new Map<string, Uint8Array<ArrayBuffer>>();
  #recognised: number | undefined;

  /** @internal `openFlowRelay` is the way. */
  constructor(options: FlowRelayOptions, url: string, print: string) {
    this.#log = options.book;
    this.#print = print;
    this.#clock = options.clock ?? systemClock;
    this.#letters = options.letters ?? new MemoryDeadLetters();
    this.#redactor = new Redactor([url]);
    this.#sender = new Sender({
      url,
      key: print,
      fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
      clock: this.#clock,
      random: options.random ?? Math.random,
      log: options.log ?? (() => {}),
      forms: options.forms,
      token: options.token,
      timeout: options.timeout ?? TIMEOUT,
      patience: options.patience ?? PATIENCE,
      signal: options.signal,
    });
  }

  /** How many requests went out since it was opened, repeats included. */
  get requests(): number {
    return this.#sender.requests;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeResponse> {
    const limit = limitOf(request);
    const chunks = request.chunks.map((chunk) => Uint8Array.from(chunk));
    const long = chunks.find(({ length }) => length > MOST_BYTES || length === 0);
    if (long !== undefined) throw new TypeError(`a chunk for a flow has 1 to ${MOST_BYTES} bytes, got ${long.length}`);
    return this.#queue.run(async () => {
      let cursor = readCursor(request.cursor, this.#print);
      const push = await Promise.all(chunks.map(async (bytes) => ({ hash: await hashOf(bytes), bytes })));
      const todo = [...push, ...(await this.#retried(push))];
      const pulled: Uint8Array[] = [];
      let more = true;
      do {
        const batch = todo.splice(0, MOST_CHUNKS);
        const recognise = this.#mustRecognise();
        const ask = this.#ask(batch, readAfter(cursor, recognise), cursor.tail, limit - pulled.length);
        const answer = await this.#send(ask);
        await this.#settle(batch, answer);
        more = true;
        // No room for what came: it is read again with the next exchange.
        if (pulled.length >= limit) continue;
        const step = advance(cursor, ask.after, answer);
        if (recognise) this.#recognised = this.#clock.now();
        cursor = step.cursor;
        more = answer.more;
        pulled.push(...step.fresh.flatMap((row) => this.#bytesOf(row)));
      } while (todo.length > 0);
      return { accepted: chunks.length, chunks: pulled, cursor: writeCursor(cursor), more };
    });
  }

  #mustRecognise(): boolean {
    return this.#recognised === undefined || this.#clock.now() - this.#recognised > RECOGNISE_EVERY;
  }

  #ask(push: Push[], after: number, tail: { seq: number; hash: string }[], room: number): Ask {
    for (const { hash, bytes } of push) this.#sent.set(hash, bytes);
    const read = tail.filter(({ seq }) => seq > after).map(({ hash }) => hash);
    const have = [...new Set([...read, ...[...this.#sent.keys()].reverse()])].slice(0, MOST_HAVE);
    // Rows that are read again take no room from new ones.
    const limit = Math.min(MOST_ROWS, Math.max(1, room) + read.length);
    return { log: this.#log, after, limit, have, push };
  }

  #send(ask: Ask): Promise<Answer> {
    return this.#sender.send(encodeAsk(ask), (body) => decodeAnswer(body, ask));
  }

  /** Nothing comes without bytes but what we said we have: what we sent, or had read before. */
  #bytesOf({ hash, bytes }: PulledRow): Uint8Array[] {
    const own = bytes ?? this.#sent.get(hash);
    this.#sent.delete(hash);
    return own === undefined ? [] : [own];
  }

  /** Letters that a person wants to be tried again. */
  async #retried(push: Push[]): Promise<Push[]> {
    const letters = await this.#letters.list();
    return letters
      .filter(({ retry, hash }) => retry && !push.some((one) => one.hash === hash))
      .map(({ hash, bytes }) => ({ hash, bytes: Uint8Array.from(bytes) }));
  }

  async #settle(batch: Push[], { rejected }: Answer): Promise<void> {
    const letters = new Map((await this.#letters.list()).map((letter) => [letter.hash, letter]));
    for (const { hash, bytes } of batch) {
      const said = rejected.get(hash);
      const before = letters.get(hash);
      if (said === undefined) {
        if (before !== undefined) await this.#letters.remove(hash);
        continue;
      }
      this.#sent.delete(hash);
      const reason = this.#redactor.redact(said.slice(0, LONGEST_REASON)) || 'without a reason';
      const attempts = (before?.attempts ?? 0) + 1;
      await this.#letters.put({ hash, reason, bytes, attempts, retry: false, time: this.#clock.wall() });
    }
  }
}
