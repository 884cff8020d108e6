/**
 * A relay that counts what goes through it, and that ends a sync between two
 * exchanges when somebody asks for it. What was exchanged until then stands.
 */
import { ContactmeshError } from '../errors.js';
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
    if (this.#signal?.aborted) {
      const message =
        'syncing: stopped as asked; what was exchanged until then stands, the next sync goes on from there';
      throw new ContactmeshError(SYNC_STOPPED, message);
    }
    this.exchanges += 1;
    const answer = await this.#relay.exchange(request);
    this.pushed += request.chunks.length;
    this.pulled += answer.chunks.length;
    return answer;
  }
}
