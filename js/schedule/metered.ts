/**
 * A relay that counts what goes through it, and that ends a sync between two
 * exchanges when somebody asks for it. What was exchanged until then stands.
 */
import { ContactmeshError, isContactmeshError } from '../errors.js';
import type { ExchangeRequest, ExchangeResponse, Relay } from '../relay/port.js';

export const SYNC_STOPPED = 'sync-stopped';

export class MeteredRelay implements Relay {
  exchanges = 0;
  pushed = 0;
  pulled = 0;
  readonly #relay: Relay;
  readonly #signal: AbortSignal | undefined;

  constructor(relay: Relay, signal?: AbortSignal) {
    this.#relay = relay;
    this.#signal = signal;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeResponse> {
    if (this.#signal?.aborted) throw syncStopped();
    this.exchanges += 1;
    const answer = await this.#relay.exchange(request).catch((error: unknown) => {
      // Whatever the relay calls it: it ended because it was asked to.
      throw this.#signal?.aborted && isContactmeshError(error) ? syncStopped() : error;
    });
    this.pushed += request.chunks.length;
    this.pulled += answer.chunks.length;
    return answer;
  }
}

export function syncStopped(): ContactmeshError {
  const message = 'syncing: stopped as asked; what was exchanged until then stands, the next sync goes on from there';
  return new ContactmeshError(SYNC_STOPPED, message);
}
