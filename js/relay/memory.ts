/**
 * A relay in the memory of one process, shared by several replicas in it: for
 * tests, demos and the simulator. It counts exchanges. Nothing of it outlives
 * the object.
 */
import { SerialQueue } from '../storage/queue.js';
import { countBefore, cursorAfter } from './cursor.js';
import type { ExchangeRequest, ExchangeResponse, Relay } from './port.js';
import { limitOf } from './port.js';

export class MemoryRelay implements Relay {
  readonly id: string = hex(crypto.getRandomValues(new Uint8Array(16)));
  readonly place = 'in memory';
  readonly hashes: string[] = [];
  /** How many exchanges were asked for, refused ones included. */
  requests = 0;
  readonly #chunks: Uint8Array[] = [];
  readonly #known = new Set<string>();
  readonly #queue = new SerialQueue();

  async exchange(request: ExchangeRequest): Promise<ExchangeResponse> {
    this.requests += 1;
    const limit = limitOf(request);
    const copies = request.chunks.map((chunk) => Uint8Array.from(chunk));
    const { cursor } = request;
    return this.#queue.run(async () => {
      const from = countBefore(this, cursor);
      for (const chunk of copies) await this.#push(chunk);
      const chunks = this.#chunks.slice(from, from + limit).map((chunk) => Uint8Array.from(chunk));
      const end = from + chunks.length;
      return { accepted: copies.length, chunks, cursor: cursorAfter(this, end), more: end < this.#chunks.length };
    });
  }

  async #push(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    const hash = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', chunk)));
    if (this.#known.has(hash)) return;
    this.#known.add(hash);
    this.#chunks.push(chunk);
    this.hashes.push(hash);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
