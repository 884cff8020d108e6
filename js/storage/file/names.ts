/** The names of the files in a book's folder. It opens none of them. */
import { join } from 'node:path';

export function logPath(folder: string): string {
  return join(folder, 'book.log');
}

/** The generation before the last compaction. */
export function previousPath(folder: string): string {
  return join(folder, 'book.log.previous');
}

/** A log being written, to become `book.log` in one step. */
export function newLogPath(folder: string, mark: Buffer): string {
  return join(folder, `book.log.new-${mark.toString('hex')}`);
}

/** A damaged log, kept when it was compacted all the same. Never deleted by us. */
export function damagedPath(folder: string, mark: Buffer): string {
  return join(folder, `book.log.damaged-${mark.toString('hex')}`);
}

/** Whether a file is a damaged log that was set aside. */
export function isSetAside(name: string): boolean {
  return /^book\.log\.damaged-[0-9a-f]{16}$/.test(name);
}

/** Whether a file is a leftover of a step that never ended. */
export function isLeftover(name: string): boolean {
  return /^book\.(log\.new|claim)-[0-9a-f]{16}$/.test(name);
}
