/**
 * A tab's side of the talk with the host: calls go out, answers come back. When
 * another host takes over, calls without an answer are asked again if that is
 * safe; the others fail with `book-moved`, because nobody knows whether they
 * were done. It does not care which tab the host belongs to.
 */
import { ContactmeshError } from '../errors.js';
import type { Relay } from '../relay/port.js';
import type { Progress } from '../types.js';
import type { ConnectionReport } from './connections/report.js';
import {
  type AllMethods,
  type AnyMethod,
  type BookChange,
  type Common,
  errorFrom,
  isSafeTwice,
  placesOf,
  plainError,
  type ToHost,
  type ToTab,
} from './protocol.js';

/** What the host may ask for, or tell, while a call is under way. */
export interface Extras {
  relay?: Relay;
  onProgress?: Progress | undefined;
}

interface Pending extends Extras {
  method: AnyMethod;
  args: unknown[];
  sent: boolean;
  settle(value: unknown): void;
  fail(error: unknown): void;
}

/** What the tab hears on the common channel. */
export interface LinkEars {
  onChange(change: BookChange): void;
  onConnections(reports: ConnectionReport[]): void;
}

type ToHostBody = ToHost extends infer T ? (T extends ToHost ? Omit<T, 'host'> : never) : never;

export class Link {
  readonly #client: string = crypto.randomUUID();
  readonly #places: ReturnType<typeof placesOf>;
  readonly #common: BroadcastChannel;
  readonly #channel: BroadcastChannel;
  readonly #pending = new Map<number, Pending>();
  readonly #ears: LinkEars;
  #count = 0;
  /** The host that takes calls. */
  #host: string | undefined;
  /** The last one there was. */
  #known: string | undefined;
  #letGo: () => void = () => {};
  readonly #over = new AbortController();

  constructor(book: string, ears: LinkEars) {
    const places = placesOf(book);
    this.#places = places;
    this.#ears = ears;
    this.#common = new BroadcastChannel(places.common);
    this.#common.onmessage = ({ data }: MessageEvent<Common>) => this.#heard(data);
    this.#channel = new BroadcastChannel(places.tab(this.#client));
    this.#channel.onmessage = ({ data }: MessageEvent<ToTab>) => this.#told(data);
    // The lock says that this tab lives; only with it the tab makes itself known.
    const living = new Promise<void>((letGo) => {
      this.#letGo = letGo;
    });
    void navigator.locks.request(places.tab(this.#client), () => {
      this.greet();
      return living;
    });
  }

  /** Asks whoever is the host to say so. */
  greet(): void {
    this.#common.postMessage({ kind: 'hello', client: this.#client } satisfies Common);
  }

  call<M extends AnyMethod>(
    method: M,
    args: Parameters<AllMethods[M]>,
    extras: Extras = {},
  ): Promise<ReturnType<AllMethods[M]>> {
    return new Promise((settle, fail) => {
      this.#count += 1;
      const settled = settle as (value: unknown) => void;
      this.#pending.set(this.#count, { ...extras, method, args, sent: false, settle: settled, fail });
      this.#send(this.#count);
    });
  }

  /** Waits for the answers that are due, then says good-bye. */
  async close(): Promise<void> {
    while (this.#pending.size > 0) {
      await Promise.allSettled([...this.#pending.values()].map(answered));
    }
    this.end(undefined);
  }

  /** Says good-bye now; calls without an answer fail with `error`. */
  end(error: unknown): void {
    for (const call of [...this.#pending.keys()]) this.#take(call)?.fail(error);
    this.#toHost({ kind: 'bye' });
    this.#over.abort();
    this.#channel.close();
    this.#common.close();
    this.#letGo();
  }

  #heard(message: Common): void {
    if (message.kind === 'host') this.greet();
    else if (message.kind === 'changed') this.#ears.onChange(message.change);
    else if (message.kind === 'connections') this.#ears.onConnections(message.reports);
    else if (message.kind === 'failed') {
      for (const call of [...this.#pending.keys()]) this.#take(call)?.fail(errorFrom(message.error));
    }
  }

  #told(message: ToTab): void {
    switch (message.kind) {
      case 'welcome':
        this.#follow(message.host);
        break;
      case 'result':
        this.#take(message.call)?.settle(message.value);
        break;
      case 'error':
        this.#take(message.call)?.fail(errorFrom(message.error));
        break;
      case 'leaving':
        this.#lost(message.host);
        this.#channel.postMessage({ host: message.host, kind: 'drained' } satisfies ToHost);
        break;
      case 'refused': {
        const pending = this.#pending.get(message.call);
        if (message.host !== this.#known || pending === undefined) break;
        pending.sent = false;
        this.#lost(message.host);
        break;
      }
      case 'progress':
        this.#pending.get(message.call)?.onProgress?.(message.done, message.total);
        break;
      case 'exchange':
        void this.#exchange(message);
    }
  }

  #follow(host: string): void {
    if (host === this.#known) return;
    const moved = this.#known !== undefined;
    this.#host = host;
    this.#known = host;
    // Whoever gets the host's lock knows that it is gone, and need not talk to it.
    navigator.locks
      .request(this.#places.host(host), { mode: 'shared', signal: this.#over.signal }, () => this.#lost(host))
      .catch(() => {});
    for (const [call, pending] of [...this.#pending]) {
      if (!pending.sent || isSafeTwice(pending.method)) this.#send(call);
      else this.#take(call)?.fail(movedFailure(pending));
    }
    // What the last host did not live to tell may be there.
    if (moved) this.#ears.onChange({});
  }

  /** Calls wait for the next host. What this one answered last may still be on its way. */
  #lost(host: string): void {
    if (this.#host === host) this.#host = undefined;
  }

  #send(call: number): void {
    const pending = this.#pending.get(call);
    if (pending === undefined || this.#host === undefined) return;
    const { method, args } = pending;
    try {
      this.#toHost({ kind: 'call', call, method, args });
      pending.sent = true;
    } catch (error) {
      // What cannot be sent, such as a function among the values.
      this.#take(call)?.fail(new TypeError(`${method}: ${error instanceof Error ? error.message : String(error)}`));
    }
  }

  async #exchange({ call, exchange, request }: Extract<ToTab, { kind: 'exchange' }>): Promise<void> {
    const host = this.#host;
    const relay = this.#pending.get(call)?.relay;
    let answer: ToHostBody;
    try {
      if (relay === undefined) throw new ContactmeshError('book-moved', 'exchanging with a relay: the sync is over');
      answer = { kind: 'exchanged', exchange, response: await relay.exchange(request) };
    } catch (error) {
      answer = { kind: 'not-exchanged', exchange, error: plainError(error) };
    }
    if (this.#host === host) this.#toHost(answer);
  }

  #toHost(message: ToHostBody): void {
    if (this.#host !== undefined) this.#channel.postMessage({ host: this.#host, ...message });
  }

  #take(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }
}

function answered(pending: Pending): Promise<void> {
  return new Promise((settle) => {
    const { settle: before, fail } = pending;
    pending.settle = (value) => {
      before(value);
      settle();
    };
    pending.fail = (error) => {
      fail(error);
      settle();
    };
  });
}

function movedFailure({ method, args }: Pending): ContactmeshError {
  const subject = typeof args[0] === 'string' ? ` card ${args[0]}` : '';
  return new ContactmeshError(
    'book-moved',
    `${method}${subject}: the tab that kept the book ended before it answered, and another one keeps it now. It may be saved or not: look, then try again.`,
  );
}
