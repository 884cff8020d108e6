/**
 * What a new holder of the lease does before it may write: opens the log (or
 * creates it), writes its epoch into it, and clears away what an earlier
 * holder may have been in the middle of. After that, whatever an earlier
 * holder still does cannot reach the book: its frames come after ours with a
 * lower epoch, and its half-made new log is gone. The order of frames in the
 * file decides, not a clock and not who looked first.
 */
import { join } from 'node:path';
import * as format from './format.js';
import { damagedBook, LogFile } from './log.js';
import { isLeftover, logPath, newLogPath } from './names.js';
import type { FileOps, OpenFile } from './ops.js';
import { appendAll, errno, unlinkIfThere } from './ops.js';

const ATTEMPTS = 20;

/**
 * Answers the log, or the epoch found in it if `epoch` is not above that: the
 * caller takes a higher one. `known` is the log as this store read it before.
 */
export async function openForWriting(
  ops: FileOps,
  folder: string,
  epoch: number,
  known: LogFile | undefined,
): Promise<LogFile | number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const log = await openOrCreate(ops, folder, epoch, known);
    let inPlace = false;
    try {
      const { state } = log;
      if (state.epoch >= epoch) return state.epoch;
      if (state.readOnly !== undefined) {
        throw damagedBook(log.path, `${state.readOnly}, so that it can be read but not written`);
      }
      await log.append(format.epochFrame(state.mark, epoch, state.end), epoch);
      await tidy(ops, folder);
      if (await isAtPath(ops, log)) {
        // An earlier holder may have put this log in place and ended before its name was durable.
        await ops.syncFolder(folder);
        inPlace = true;
        return log;
      }
    } finally {
      if (!inPlace) await log.close();
    }
  }
  throw damagedBook(logPath(folder), 'others replace it faster than it can be opened');
}

async function openOrCreate(ops: FileOps, folder: string, epoch: number, known: LogFile | undefined): Promise<LogFile> {
  const path = logPath(folder);
  for (;;) {
    let file: OpenFile | undefined;
    try {
      file = await ops.open(path, 'append');
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
    }
    if (file) {
      try {
        return (await unchanged(known, file)) ?? (await LogFile.scan(path, file));
      } catch (error) {
        await file.close();
        throw error;
      }
    }
    await create(ops, folder, epoch);
  }
}

/** Spares a second reading where nobody has written since the first. */
async function unchanged(known: LogFile | undefined, file: OpenFile): Promise<LogFile | undefined> {
  if (!known || known.state.tail) return undefined;
  const { id, size } = await file.stat();
  return id === known.id && size === known.state.end ? known.reopened(file) : undefined;
}

/** Writes an empty log aside and links it to its name, unless somebody was faster. */
async function create(ops: FileOps, folder: string, epoch: number): Promise<void> {
  const mark = format.newMark();
  const aside = newLogPath(folder, mark);
  try {
    const file = await ops.open(aside, 'create');
    try {
      await appendAll(
        file,
        Buffer.concat([format.encodeHeader(mark), format.epochFrame(mark, epoch - 1, format.HEADER_BYTES)]),
      );
      await file.datasync();
    } finally {
      await file.close();
    }
    await ops.link(aside, logPath(folder));
  } catch (error) {
    if (errno(error) !== 'EEXIST' && errno(error) !== 'ENOENT') throw error;
  } finally {
    await unlinkIfThere(ops, aside).catch(() => {});
  }
  await ops.syncFolder(folder);
}

/** Removes what was being made: a new log without its maker must never be renamed into place. */
async function tidy(ops: FileOps, folder: string): Promise<void> {
  for (const name of await ops.list(folder)) {
    if (isLeftover(name)) await unlinkIfThere(ops, join(folder, name));
  }
}

async function isAtPath(ops: FileOps, log: LogFile): Promise<boolean> {
  const file = await ops.open(log.path, 'read');
  try {
    return (await file.stat()).id === log.id;
  } finally {
    await file.close();
  }
}
