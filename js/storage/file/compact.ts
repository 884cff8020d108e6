/**
 * Writes a new log that holds the live records only, and puts it in the place
 * of the old one in one step. The new log is read back from the file and
 * compared before anything is given up; the old one stays beside it as
 * `book.log.previous`, and for good if it holds damage. It refuses to leave out
 * a record that it cannot read.
 */
import { createHash, randomBytes } from 'node:crypto';
import { ContactmeshError } from '../../errors.js';
import * as format from './format.js';
import { LogFile } from './log.js';
import { damagedPath, logPath, newLogPath, previousPath } from './names.js';
import type { FileOps, OpenFile } from './ops.js';
import { appendAll, errno, unlinkIfThere } from './ops.js';
import { readRecords } from './records.js';

const FRAME_BYTES = 1024 * 1024;

export interface Prepared {
  path: string;
  log: LogFile;
}

/** Writes and checks the new log. If this fails, the old one is as it was. */
export async function prepareCompaction(ops: FileOps, folder: string, log: LogFile, epoch: number): Promise<Prepared> {
  const mark = format.newMark();
  const path = newLogPath(folder, mark);
  let file: OpenFile | undefined;
  try {
    file = await ops.open(path, 'create');
    const written = await writeLive(file, log, mark, epoch);
    await file.datasync();
    const found = contentDigest();
    const copy = await LogFile.scan(logPath(folder), file, (frame) => found.frame(frame));
    if (found.digest() !== written || copy.state.index.size !== log.state.index.size || copy.state.places.length > 0) {
      throw new ContactmeshError(
        'storage-damaged',
        `compacting ${log.path}: the new file does not read back as it was written. The old one stays in use; check the disk.`,
      );
    }
    if (log.state.places.length > 0) await keepDamaged(ops, folder, log);
    await keepPrevious(ops, folder);
    await ops.syncFolder(folder);
    return { path, log: copy };
  } catch (error) {
    await file?.close().catch(() => {});
    await unlinkIfThere(ops, path).catch(() => {});
    throw error;
  }
}

/**
 * Puts the new log in place, or answers false if somebody wrote to the old one
 * meanwhile. A writer whose lease is gone cannot replace the log of the next
 * one: that one first writes its epoch into the old log, which is seen here,
 * then removes every half-made new log, so that there is nothing to rename.
 */
export async function swapIn(ops: FileOps, folder: string, old: LogFile, made: Prepared): Promise<boolean> {
  if (!(await old.isUntouched())) return false;
  await ops.rename(made.path, logPath(folder));
  await ops.syncFolder(folder);
  return true;
}

/** Gives up a new log that was not put in place. */
export async function discard(ops: FileOps, made: Prepared): Promise<void> {
  await made.log.close();
  await unlinkIfThere(ops, made.path);
}

async function writeLive(file: OpenFile, log: LogFile, mark: Buffer, epoch: number): Promise<string> {
  const content = contentDigest();
  await appendAll(
    file,
    Buffer.concat([format.encodeHeader(mark), format.epochFrame(mark, epoch, format.HEADER_BYTES)]),
  );
  let records: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const frame = Buffer.concat([Buffer.alloc(format.FRAME_OVERHEAD), ...records]);
    content.frame(frame);
    await appendAll(file, format.finishFrame(frame, mark, format.KIND.batch, epoch));
    records = [];
    size = 0;
  };
  for await (const run of readRecords(log, [...log.state.index])) {
    for (const { key, bytes } of run) {
      if (!bytes) throw damagedRecord(log.path, key);
      if (size > 0 && size + bytes.length > FRAME_BYTES) await flush();
      records.push(bytes);
      size += bytes.length;
    }
  }
  await flush();
  return content.digest();
}

/** A digest over the checksums of the records, which cover keys and values. */
function contentDigest(): { frame(frame: Buffer): void; digest(): string } {
  const sums = createHash('sha256');
  return {
    frame(frame) {
      for (let at = format.FRAME_OVERHEAD; at < frame.length; ) {
        const record = format.decodeRecordHead(frame, at, frame.length);
        if (!record) return;
        sums.update(frame.subarray(at, at + format.SUM_BYTES));
        at += record.size;
      }
    },
    digest: () => sums.digest('hex'),
  };
}

/** Gives a damaged log a name under which nothing of ours will remove it. */
async function keepDamaged(ops: FileOps, folder: string, log: LogFile): Promise<void> {
  try {
    await ops.link(logPath(folder), damagedPath(folder, log.state.mark));
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
  }
}

/** Gives the present log the second name under which it outlives the swap. */
async function keepPrevious(ops: FileOps, folder: string): Promise<void> {
  const aside = newLogPath(folder, randomBytes(8));
  await ops.link(logPath(folder), aside);
  try {
    await ops.rename(aside, previousPath(folder));
  } finally {
    // Renaming between two names of one file does nothing and leaves both.
    await unlinkIfThere(ops, aside).catch(() => {});
  }
}

function damagedRecord(path: string, key: string): ContactmeshError {
  return new ContactmeshError(
    'storage-damaged',
    `compacting ${path}: the record ${JSON.stringify(key)} fails its checksum. Nothing was changed; write or delete that record, then compact again.`,
    { details: { key } },
  );
}
