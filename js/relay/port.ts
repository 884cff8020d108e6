/**
 * The relay port: an append-only log of opaque chunks that replicas share. It
 * never looks into a chunk and never orders, merges or drops one. Every
 * adapter passes tests/relay/suite.mjs:
 *
 * - One exchange pushes and pulls. When it resolves, every pushed chunk is in
 *   the log, once: a chunk that is there already is accepted and changes
 *   nothing, so that an exchange whose answer was lost is simply repeated.
 * - A pull answers what follows the cursor in log order, the caller's own
 *   chunks too. Every reader sees the same order, without gaps.
 * - A cursor of another log, or one that is ahead of this log (which was then
 *   restored from a backup), is refused with `relay-foreign`; the caller
 *   starts again from null.
 */

export interface ExchangeRequest {
  chunks: Uint8Array[];
  /** What the last exchange answered; null to read from the beginning. */
  cursor: string | null;
  /** The most chunks to answer with. */
  limit?: number;
}

export interface ExchangeResponse {
  /** How many of the pushed chunks are in the log now: all of them. */
  accepted: number;
  chunks: Uint8Array[];
  cursor: string;
  /** Whether chunks after `cursor` are there already. */
  more: boolean;
}

export interface Relay {
  exchange(request: ExchangeRequest): Promise<ExchangeResponse>;
}

export const DEFAULT_LIMIT = 200;

/** The limit of a request; refuses what is no positive whole number. */
export function limitOf(request: ExchangeRequest): number {
  const limit = request.limit ?? DEFAULT_LIMIT;
  if (!Number.isSafeInteger(limit) || limit < 1) throw new TypeError(`a limit is a whole number from 1, got ${limit}`);
  return limit;
}
