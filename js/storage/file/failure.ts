/**
 * Turns what the system said into one of our errors: which code it is, what
 * was being done to which file, and what a person can do about it.
 */
import { ContactmeshError } from '../../errors.js';
import { errno } from './ops.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const ADVICE: Record<string, string> = {
  EACCES: 'Check who may read and write there.',
  EPERM: 'Check who may read and write there, and that the file system allows hard links.',
  EROFS: 'The disk is mounted read-only: use another folder.',
  ENOTDIR: 'A file is where a folder should be: choose another folder.',
  EISDIR: 'A folder is where a file should be: choose another folder.',
  ENOTSUP: 'The file system has no hard links: use another folder.',
  EIO: 'The disk reports an error: copy the folder elsewhere before doing anything more with it.',
};

/** `doing` reads as "committing to /books/book.log". */
export function ioFailure(doing: string, error: unknown): ContactmeshError {
  if (error instanceof ContactmeshError) return error;
  const code = errno(error);
  const details = code === undefined ? {} : { errno: code };
  if (code !== undefined && FULL.has(code)) {
    return new ContactmeshError(
      'storage-full',
      `${doing}: no room on the disk. Nothing of this step counts as saved; free some room, then open the book again.`,
      {
        cause: error,
        details,
      },
    );
  }
  const said = error instanceof Error ? error.message : String(error);
  const advice = (code !== undefined && ADVICE[code]) || 'Open the book again, and check the disk if this comes back.';
  return new ContactmeshError('storage-io', `${doing}: ${said}. Nothing of this step counts as saved. ${advice}`, {
    cause: error,
    details,
  });
}

export function fencedFailure(path: string, epoch: number): ContactmeshError {
  return new ContactmeshError(
    'storage-fenced',
    `committing to ${path} under epoch ${epoch}: another writer took the lease over. The batch does not count as saved; take the lease again and reload before writing.`,
    { details: { epoch } },
  );
}
