/**
 * One tab as the host sees it: its channel, and the exchanges with its relay
 * that are under way. A tab holds a lock while it lives; once the host gets
 * that lock, the tab is gone and so is all that was asked of it.
 */
import { ContactmeshError } from '../errors.js';
import type { ExchangeRequest, ExchangeResponse } from '../relay/port.js';
import { type Body, errorFrom, type ToHost, type ToTab } from './protocol.js';

type Asked = Extract<ToHost, { kind: 'call' }>;

interface Exchange {
  settle(response: ExchangeResponse): void;
  fail(error: unknown): void;
}

export class Guest {
  /** The calls that have no answer yet. */
  readonly underWay = new Set<number>();
  readonly #host: string;
  readonly #channel: BroadcastChannel;
  readonly #exchanges = new Map<number, Exchange>();
  readonly #gone = new AbortController();
  /** Resolves when the tab has nothing more for this host: it said so, or it is gone. */
  readonly drained: Promise<void>;
  #isDrained: () => void = () => {};
  #count = 0;
  #ended = false;

  /** `place` names both the channel and the lock. */
  constructor(place: string, host: string, onCall: (call: Asked) => void, onGone: () => void) {
    this.#host = host;
    this.drained = new Promise((settle) => {
      this.#isDrained = settle;
    });
    this.#channel = new BroadcastChannel(place);
    this.#channel.onmessage = ({ data }: MessageEvent<ToHost>) => {
      if (data.host !== host) return;
      if (data.kind === 'call') onCall(data);
      else if (data.kind === 'bye') onGone();
      else if (data.kind === 'ping') this.tell({ kind: 'pong' });
      else if (data.kind === 'drained') this.#isDrained();
      else this.#exchanged(data);
    };
    navigator.locks
      .request(place, { mode: 'shared', signal: this.#gone.signal }, onGone)
      // Aborted, because the tab said good-bye or the host leaves.
      .catch(() => {});
  }

  tell(message: Body<ToTab>): void {
    if (!this.#ended) this.#channel.postMessage({ host: this.#host, ...message });
  }

  /** Has the tab exchange with the relay of one of its calls. */
  exchange(call: number, request: ExchangeRequest): Promise<ExchangeResponse> {
    return new Promise((settle, fail) => {
      if (this.#ended) {
        fail(gone());
        return;
      }
      this.#count += 1;
      this.#exchanges.set(this.#count, { settle, fail });
      this.tell({ kind: 'exchange', call, exchange: this.#count, request });
    });
  }

  /** Gives up what the tab was asked to exchange. */
  giveUp(): void {
    for (const { fail } of this.#exchanges.values()) fail(gone());
    this.#exchanges.clear();
  }

  end(): void {
    this.#ended = true;
    this.#isDrained();
    this.giveUp();
    this.#gone.abort();
    this.#channel.close();
  }

  #exchanged(message: Extract<ToHost, { exchange: number }>): void {
    const exchange = this.#exchanges.get(message.exchange);
    this.#exchanges.delete(message.exchange);
    if (message.kind === 'exchanged') exchange?.settle(message.response);
    else exchange?.fail(errorFrom(message.error));
  }
}

function gone(): ContactmeshError {
  return new ContactmeshError('book-moved', 'exchanging with a relay: the tab that does it is gone; sync again');
}
