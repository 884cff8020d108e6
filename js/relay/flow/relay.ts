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
import { advance, type FlowCursor, lookBack, readCursor, writeCursor } from './cursor.js';
import { type DeadLetters, MemoryDeadLetters } from './dead-letters.js';
import { type FlowOptions, openSender } from './options.js';
import { Redactor } from './redact.js';
import type { Sender } from './sender.js';
import {
  type Answer,
  type Ask,
  decodeAnswer,
  encodeAsk,
  MOST_BYTES,
  MOST_CHUNKS,
  MOST_HAVE,
  MOST_ROWS,
  type PulledRow,
  type Push,
} from './wire.js';

export interface FlowRelayOptions extends FlowOptions {
  /** The address that the flow's trigger shows. */
  url: string;
  /** The name of the log: replicas that name the same one share a book. */
  book: string;
  /** Where chunks go that the flow refuses. Without one they are kept as long as the relay. */
  letters?: DeadLetters;
}

/** Some never come back: somebody else had pushed the same. */
const MOST_SENT = 500;
const LONGEST_REASON = 200;
/** As much of a reason as is looked at. */
const MOST_OF_REASON = 10_000;

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
  #damaged = 0;

  /** @internal `openFlowRelay` is the way. */
  constructor(options: FlowRelayOptions, url: string, print: string) {
    this.#log = options.book;
    this.#print = print;
    this.#clock = options.clock ?? systemClock;
    this.#letters = options.letters ?? new MemoryDeadLetters();
    this.#redactor = new Redactor([url]);
    this.#sender = openSender(url, print, options);
  }

  /** How many requests went out since it was opened, repeats included. */
  get requests(): number {
    return this.#sender.requests;
  }

  /** How many chunks came that are not the ones that were pushed. */
  get damaged(): number {
    return this.#damaged;
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
      const begun = cursor.seq;
      let more = true;
      let after = lookBack(cursor);
      let lookingBack = true;
      do {
        const batch = todo.splice(0, MOST_CHUNKS);
        const room = limit - pulled.length;
        const ask = this.#ask(batch, after, cursor, room);
        const answer = await this.#send(ask);
        await this.#settle(batch, answer);
        const step = advance(cursor, after, answer, room);
        ({ cursor, more } = step);
        // A flow may end a page before what is new. The cursor stands still there: the same page would come for ever.
        after = Math.min(answer.next, cursor.seq);
        lookingBack = more && after <= begun && pulled.length + step.fresh.length < limit;
        for (const row of step.fresh) pulled.push(...(await this.#bytesOf(row)));
      } while (todo.length > 0 || lookingBack);
      return { accepted: chunks.length, chunks: pulled, cursor: writeCursor(cursor), more };
    });
  }

  #ask(push: Push[], after: number, { seq, tail }: FlowCursor, room: number): Ask {
    for (const { hash, bytes } of push) this.#sent.set(hash, bytes);
    for (const hash of this.#sent.keys()) if (this.#sent.size > MOST_SENT) this.#sent.delete(hash);
    const have = [...new Set([...tail.map(({ hash }) => hash), ...this.#sent.keys()])].slice(0, MOST_HAVE);
    // Rows that are seen again take no room from new ones. Without room, one row tells whether there are more.
    const limit = Math.min(MOST_ROWS, Math.max(1, room) + seq - after);
    return { log: this.#log, after, limit, have, push };
  }

  #send(ask: Ask): Promise<Answer> {
    return this.#sender.send(encodeAsk(ask), (body) => decodeAnswer(body, ask));
  }

  /** Nothing comes without bytes but what we said we have: what we sent, or had read before. */
  async #bytesOf({ hash, bytes }: PulledRow): Promise<Uint8Array[]> {
    const own = bytes ?? this.#sent.get(hash);
    this.#sent.delete(hash);
    if (own === undefined) return [];
    // Handed on all the same: the book's guard judges bytes, and keeps what it refuses. One bad row must not stop all.
    if (bytes !== undefined && (await hashOf(bytes)) !== hash) this.#damaged += 1;
    return [own];
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
      // Cut last: half a secret is not recognised as one.
      const shown = this.#redactor.redact(said.slice(0, MOST_OF_REASON)).slice(0, LONGEST_REASON);
      const reason = shown || 'without a reason';
      const attempts = (before?.attempts ?? 0) + 1;
      await this.#letters.put({ hash, reason, bytes, attempts, retry: false, time: this.#clock.wall() });
    }
  }
}
