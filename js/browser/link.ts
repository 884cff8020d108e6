/**
 * A tab's side of the talk with the host: calls go out, answers come back. When
 * another host takes over, calls without an answer are asked again if that is
 * safe; the others fail with `book-moved`, because nobody knows whether they
 * were done. It does not care which tab the host belongs to.
 */
import { ContactmeshError } from '../errors.js';
import type { ConnectionReport } from './connections/report.js';
import { type Extras, PendingCalls } from './pending.js';
import {
  type AllMethods,
  type AnyMethod,
  type Body,
  type BookChange,
  type Common,
  errorFrom,
  placesOf,
  plainError,
  type ToHost,
  type ToTab,
} from './protocol.js';
import { Watch } from './watch.js';

/** What the tab hears on the common channel. */
export interface LinkEars {
  onChange(change: BookChange): void;
  onConnections(reports: ConnectionReport[]): void;
  /** Nobody answers; `host` is the one that should, or empty if there never was one. */
  onSilent(host: string): void;
  /** Whether this tab is about to have a host of its own. */
  isStarting(): boolean;
}

/** How often a host is asked for a sign of life while calls wait. */
const STEP = 1000;

export class Link {
  readonly #client: string = crypto.randomUUID();
  readonly #places: ReturnType<typeof placesOf>;
  readonly #common: BroadcastChannel;
  readonly #channel: BroadcastChannel;
  readonly #pending: PendingCalls;
  readonly #ears: LinkEars;
  readonly #watch: Watch;
  /** Calls whose answers this tab may have slept through. */
  #doubtful: number[] = [];
  /** The host that takes calls. */
  #host: string | undefined;
  /** The last one there was. */
  #known: string | undefined;
  #letGo: () => void = () => {};
  readonly #over = new AbortController();

  /** `patience`: how many milliseconds a host may be silent while calls wait. */
  constructor(book: string, ears: LinkEars, patience: number) {
    this.#watch = new Watch({
      step: STEP,
      most: Math.ceil(patience / STEP),
      ask: () => this.#ask(),
      onSilent: () => ears.onSilent(this.#known ?? ''),
    });
    this.#pending = new PendingCalls(() => this.#watch.stop());
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

  /** The tab slept: answers may have passed it by. */
  woke(): void {
    this.#doubtful = this.#pending.numbers().filter((call) => this.#pending.get(call)?.sent);
    this.greet();
  }

  /** Fails all calls that wait. */
  fail(error: unknown): void {
    this.#pending.failAll(error);
  }

  call<M extends AnyMethod>(
    method: M,
    args: Parameters<AllMethods[M]>,
    extras: Extras = {},
  ): Promise<ReturnType<AllMethods[M]>> {
    return new Promise((settle, fail) => {
      const settled = settle as (value: unknown) => void;
      const call = this.#pending.add({ ...extras, method, args, settle: settled, fail });
      this.#watch.start();
      this.#send(call);
    });
  }

  /** Waits for the answers that are due, then says good-bye. */
  async close(): Promise<void> {
    await this.#pending.idle();
    this.end(undefined);
  }

  /** Says good-bye now; calls without an answer fail with `error`. */
  end(error: unknown): void {
    this.fail(error);
    this.#toHost({ kind: 'bye' });
    this.#over.abort();
    this.#channel.close();
    this.#common.close();
    this.#letGo();
  }

  #heard(message: Common): void {
    if (message.kind === 'host') this.greet();
    else if (message.kind === 'starting') this.#watch.heard();
    else if (message.kind === 'hello' && this.#ears.isStarting())
      this.#common.postMessage({ kind: 'starting' } satisfies Common);
    else if (message.kind === 'changed') this.#ears.onChange(message.change);
    else if (message.kind === 'connections') this.#ears.onConnections(message.reports);
  }

  #told(message: ToTab): void {
    if (message.kind === 'welcome') this.#follow(message.host);
    if (message.host !== this.#known) return;
    this.#watch.heard();
    switch (message.kind) {
      case 'welcome':
        this.#settleDoubts(message.underWay);
        break;
      case 'result':
        this.#pending.take(message.call)?.settle(message.value);
        break;
      case 'error':
        this.#pending.take(message.call)?.fail(errorFrom(message.error));
        break;
      case 'leaving':
        this.#lost(message.host);
        this.#channel.postMessage({ host: message.host, kind: 'drained' } satisfies ToHost);
        break;
      case 'refused': {
        const pending = this.#pending.get(message.call);
        if (pending === undefined) break;
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
    this.#doubtful = [];
    for (const call of this.#pending.numbers()) {
      if (!this.#pending.get(call)?.sent || this.#pending.mayAskAgain(call)) this.#send(call);
    }
    // What the last host did not live to tell may be there.
    if (moved) this.#ears.onChange({});
  }

  /** What the host is not about to answer, it has answered while this tab slept, or never heard. */
  #settleDoubts(underWay: number[]): void {
    for (const call of this.#doubtful) {
      if (!underWay.includes(call) && this.#pending.mayAskAgain(call)) this.#send(call);
    }
    this.#doubtful = [];
  }

  /** Asks for a sign of life. */
  #ask(): void {
    if (this.#ears.isStarting()) this.#watch.heard();
    if (this.#host === undefined) this.greet();
    else this.#toHost({ kind: 'ping' });
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
      pending.asked += 1;
    } catch (error) {
      // What cannot be sent, such as a function among the values.
      this.#pending
        .take(call)
        ?.fail(new TypeError(`${method}: ${error instanceof Error ? error.message : String(error)}`));
    }
  }

  async #exchange({ call, exchange, request }: Extract<ToTab, { kind: 'exchange' }>): Promise<void> {
    const host = this.#host;
    const relay = this.#pending.get(call)?.relay;
    let answer: Body<ToHost>;
    try {
      if (relay === undefined) throw new ContactmeshError('book-moved', 'exchanging with a relay: the sync is over');
      answer = { kind: 'exchanged', exchange, response: await relay.exchange(request) };
    } catch (error) {
      answer = { kind: 'not-exchanged', exchange, error: plainError(error) };
    }
    if (this.#host === host) this.#toHost(answer);
  }

  #toHost(message: Body<ToHost>): void {
    if (this.#host !== undefined) this.#channel.postMessage({ host: this.#host, ...message });
  }
}
