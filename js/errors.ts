/**
 * The one error class of the package. Every failure that a caller can act on is
 * a `ContactmeshError` with a stable `code`; the message says what was being
 * done to what, and what to do now. Codes never change meaning, messages may.
 * Programming mistakes (an empty key, a wrong type) stay plain TypeErrors.
 */

export type StorageErrorCode =
  | 'storage-foreign' // the file is not a book of ours; it is left untouched
  | 'storage-damaged' // bytes on the disk are not the bytes that were written
  | 'storage-newer' // written by a newer version of contactmesh
  | 'storage-full' // no room; the batch does not count as saved
  | 'storage-too-large' // more than the store takes in one commit; the batch does not count as saved
  | 'storage-io' // the system refused an operation
  | 'storage-fenced' // the lease behind this commit is not the current one
  | 'storage-locked' // another live process holds the lease
  | 'storage-closed'; // used after close()

export type RelayErrorCode =
  | 'relay-io' // the relay could not be reached or written
  | 'relay-damaged' // a chunk in the relay is not what was pushed
  | 'relay-foreign'; // a cursor or a folder that does not belong to this relay

export type ErrorCode = StorageErrorCode | RelayErrorCode | (string & {});

export interface ErrorContext {
  cause?: unknown;
  details?: Record<string, unknown> | undefined;
}

export class ContactmeshError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'ContactmeshError';
    this.code = code;
    this.details = context.details;
  }
}

/** Tells whether `error` is ours and, if a code is given, of that code. */
export function isContactmeshError(error: unknown, code?: ErrorCode): error is ContactmeshError {
  return error instanceof ContactmeshError && (code === undefined || error.code === code);
}
