/**
 * The host of a book, inside a worker: the only one that has it open. It
 * answers the calls of all tabs, tells them what changed, and leaves in good
 * order: calls under way are finished, later ones go to the next host.
 */
import { isContactmeshError } from '../errors.js';
import type { Formats } from '../formats.js';
import { SerialQueue } from '../storage/queue.js';
import type { Progress } from '../types.js';
import { changeOf } from './calls.js';
import { isAboutConnections, performConnection } from './connections/calls.js';
import { ConnectionService } from './connections/service.js';
import { Guest } from './guest.js';
import { type BookOpener, Keeper } from './keeper.js';
import { type BookChange, type Common, placesOf, plainError, type ToHost } from './protocol.js';

type Asked = Extract<ToHost, { kind: 'call' }>;

/** How long a leaving host waits for tabs to say that they have sent their last call. One that is stuck says nothing. */
const LAST_CALLS = 3000;

export class Host {
  readonly #id: string = crypto.randomUUID();
  readonly #places: ReturnType<typeof placesOf>;
  readonly #common: BroadcastChannel;
  readonly #guests = new Map<string, Guest>();
  readonly #formats: Formats;
  readonly #keeper: Keeper;
  readonly #connections: ConnectionService;
  readonly #running = new Set<Promise<void>>();
  /** By relay: one sync after the other. */
  readonly #syncs = new Map<string, SerialQueue>();
  #leaving = false;
  #gone = false;
  #left: Promise<void> | undefined;
  #letGo: () => void = () => {};

  constructor(book: string, open: BookOpener, formats: Formats) {
    this.#formats = formats;
    this.#places = placesOf(book);
    this.#common = new BroadcastChannel(this.#places.common);
    this.#keeper = new Keeper(open, () => this.#changed({}));
    this.#connections = new ConnectionService(book, this.#keeper, {
      onReports: (reports) => this.#say({ kind: 'connections', reports }),
      onBook: () => this.#changed({}),
    });
    const living = new Promise<void>((letGo) => {
      this.#letGo = letGo;
    });
    void navigator.locks.request(this.#places.host(this.#id), () => {
      this.#common.onmessage = ({ data }: MessageEvent<Common>) => {
        if (data.kind === 'hello') this.#welcome(data.client);
        // Another tab took over, because this host answered nobody for a while. What it still does is refused.
        else if (data.kind === 'host') void this.leave();
      };
      this.#say({ kind: 'host', host: this.#id });
      this.#connections.start();
      return living;
    });
  }

  /** Safe to repeat. */
  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    this.#leaving = true;
    // A call may be on its way: one that nobody refuses would leave its tab in doubt.
    const drained = [...this.#guests.values()].map((guest) => guest.drained);
    for (const guest of this.#guests.values()) {
      guest.giveUp();
      guest.tell({ kind: 'leaving' });
    }
    const stopped = this.#connections.leave();
    await Promise.race([Promise.all([...drained, stopped]), new Promise((settle) => setTimeout(settle, LAST_CALLS))]);
    await Promise.all(this.#running);
    await this.#keeper.close();
    for (const guest of this.#guests.values()) guest.end();
    this.#gone = true;
    this.#common.close();
    this.#letGo();
  }

  #welcome(client: string): void {
    if (this.#leaving) return;
    let guest = this.#guests.get(client);
    if (guest === undefined) {
      const made = new Guest(
        this.#places.tab(client),
        this.#id,
        (call) => this.#take(made, call),
        () => {
          this.#guests.delete(client);
          made.end();
        },
      );
      guest = made;
      this.#guests.set(client, guest);
    }
    guest.tell({ kind: 'welcome', underWay: [...guest.underWay] });
  }

  #take(guest: Guest, asked: Asked): void {
    if (this.#leaving) {
      guest.tell({ kind: 'refused', call: asked.call });
      return;
    }
    guest.underWay.add(asked.call);
    const work = this.#answer(guest, asked).finally(() => {
      guest.underWay.delete(asked.call);
      this.#running.delete(work);
    });
    this.#running.add(work);
  }

  async #answer(guest: Guest, asked: Asked): Promise<void> {
    const { call, method } = asked;
    try {
      const value = await this.#done(guest, asked);
      guest.tell({ kind: 'result', call, value });
      if (isAboutConnections(method)) return;
      const change = changeOf(method, value);
      if (change === undefined) return;
      this.#changed(change);
      this.#connections.edited();
    } catch (error) {
      if (this.#leaving && isContactmeshError(error, 'book-moved')) guest.tell({ kind: 'refused', call });
      else guest.tell({ kind: 'error', call, error: plainError(error) });
      // Entries before the bad one, or what came before the relay failed, are there.
      if (method === 'import' || method === 'importFile' || method === 'sync') this.#changed({});
    }
  }

  #done(guest: Guest, { call, method, args }: Asked): Promise<unknown> {
    const tell: Progress = (done, total) => guest.tell({ kind: 'progress', call, done, total });
    if (isAboutConnections(method)) return performConnection(this.#connections, method, args, tell);
    return this.#inTurn(method === 'sync' ? String(args[0]) : undefined, () =>
      this.#keeper.run(method, args, {
        formats: this.#formats,
        relay: { exchange: (request) => guest.exchange(call, request) },
        onProgress: (done, total) => {
          if (method === 'sync' && done > 0) this.#changed({});
          tell(done, total);
        },
      }),
    );
  }

  #inTurn<T>(relay: string | undefined, work: () => Promise<T>): Promise<T> {
    if (relay === undefined) return work();
    let queue = this.#syncs.get(relay);
    if (queue === undefined) {
      queue = new SerialQueue();
      this.#syncs.set(relay, queue);
    }
    return queue.run(work);
  }

  #changed(change: BookChange): void {
    this.#say({ kind: 'changed', change });
  }

  #say(message: Common): void {
    if (!this.#gone) this.#common.postMessage(message);
  }
}
