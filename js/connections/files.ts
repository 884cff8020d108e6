/**
 * Small files beside a book's log: written whole or not at all, readable by
 * their owner alone. They hold what must not travel with the book: addresses,
 * when it was last synced, what a flow refused.
 */
import { dirname } from 'node:path';
import { ContactmeshError } from '../errors.js';
import { ioFailure } from '../storage/file/failure.js';
import { appendAll, errno, nodeFileOps as ops, readSmall, unlinkIfThere } from '../storage/file/ops.js';

/** Undefined if there is none. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await named(`reading ${path}`, () => readSmall(ops, path));
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not the parser's message: it quotes what it read.
    throw damaged(path);
  }
}

export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Replaces a file at once, durably. One writer at a time: what a crash left beside it is written over. */
export function writeWhole(path: string, text: string): Promise<void> {
  return named(`writing ${path}`, async () => {
    const folder = dirname(path);
    await ops.mkdir(folder);
    const aside = asideOf(path);
    await unlinkIfThere(ops, aside);
    try {
      const file = await ops.open(aside, 'create');
      try {
        await appendAll(file, Buffer.from(text));
        await file.datasync();
      } finally {
        await file.close();
      }
      await ops.rename(aside, path);
    } catch (error) {
      await unlinkIfThere(ops, aside).catch(() => {});
      throw error;
    }
    await ops.syncFolder(folder);
  });
}

export function removeFile(path: string): Promise<void> {
  return named(`removing ${path}`, async () => {
    await unlinkIfThere(ops, asideOf(path));
    await unlinkIfThere(ops, path);
  });
}

/** The names in a folder; none if it is not there. */
export function namesIn(folder: string): Promise<string[]> {
  return named(`reading ${folder}`, async () => {
    try {
      return await ops.list(folder);
    } catch (error) {
      if (errno(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

export function damaged(path: string): ContactmeshError {
  return new ContactmeshError(
    'connections-damaged',
    `reading ${path}: it is not what was written there; restore it from a backup, or remove it and connect again. The book itself is not in it`,
  );
}

function asideOf(path: string): string {
  return `${path}.new`;
}

async function named<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof ContactmeshError ? error : ioFailure(doing, error);
  }
}
