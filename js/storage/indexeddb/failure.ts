/**
 * What the browser refuses, as errors of the package. Every message names the
 * book, and none holds anything that is in it.
 */
import { ContactmeshError, type StorageErrorCode } from '../../errors.js';

/** Turns what IndexedDB threw into an error with a code; one of ours stays as it is. */
export function storageFailure(doing: string, cause: unknown): ContactmeshError {
  if (cause instanceof ContactmeshError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'QuotaExceededError') {
    const advice =
      'the browser has no room left for this site. Nothing of this is saved; free some space, then try again.';
    return new ContactmeshError('storage-full', `${doing}: ${advice}`, { cause });
  }
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const code: StorageErrorCode = 'storage-io';
  return new ContactmeshError(code, `${doing}: the browser refused (${reason}). Open the book again.`, { cause });
}

export function closedFailure(place: string, reason: string): ContactmeshError {
  return new ContactmeshError('storage-closed', `using ${place}: ${reason}. Open it again.`);
}

export function fencedFailure(place: string, expected: number, current: number | undefined): ContactmeshError {
  const now = current === undefined ? '' : ` (the book is at epoch ${current})`;
  return new ContactmeshError(
    'storage-fenced',
    `committing to ${place} under epoch ${expected}: this store does not hold that lease${now}. Nothing was saved; take the lease again and reload.`,
    { details: { expected, current } },
  );
}

export function lockedFailure(place: string, holder: string | undefined): ContactmeshError {
  const who = holder === undefined ? 'another tab' : `${JSON.stringify(holder)}, in this tab or another one,`;
  return new ContactmeshError('storage-locked', `taking the lease of ${place}: ${who} holds it. Close that one first.`);
}

/** For pages that the browser lets store nothing: sandboxed ones, private windows, a person who said no. */
export function notAllowed(doing: string, cause: unknown): ContactmeshError {
  const name = cause instanceof Error ? ` (${cause.name})` : '';
  const message = `${doing}: the browser lets this page store nothing${name}; leave the private window, or allow this site to store data`;
  return new ContactmeshError('browser-unsupported', message, { cause });
}

/** For browsers, and pages, that lack something this cannot do without. */
export function unsupported(doing: string, what: string): ContactmeshError {
  const message = `${doing}: ${what} is missing here; use a current browser, and an address that begins with https:// or is localhost`;
  return new ContactmeshError('browser-unsupported', message);
}
