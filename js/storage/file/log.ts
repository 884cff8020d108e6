/**
 * One open `book.log`: reads it once when opened, appends frames to it, and
 * reads single records. Appending goes to the end of the file, wherever that
 * is by then, so that two writers can never overwrite each other; which of
 * them counts is decided by the order in the file. It knows no lease.
 */
import { ContactmeshError } from '../../errors.js';
import { fencedFailure } from './failure.js';
import * as format from './format.js';
import type { FileOps, OpenFile } from './ops.js';
import { appendAll, errno, readFully } from './ops.js';
import type { OnFrame } from './scan.js';
import { frameAt, scan } from './scan.js';
import type { Entry } from './state.js';
import { entrySize, LogState } from './state.js';
import { ReadWindow } from './window.js';

export class LogFile {
  readonly path: string;
  readonly file: OpenFile;
  readonly state: LogState;
  readonly id: string;
  #users = 1;

  private constructor(path: string, file: OpenFile, state: LogState, id: string) {
    this.path = path;
    this.file = file;
    this.state = state;
    this.id = id;
  }

  /** Opens the log at `path`; undefined if there is none. */
  static async open(ops: FileOps, path: string, mode: 'read' | 'append'): Promise<LogFile | undefined> {
    let file: OpenFile;
    try {
      file = await ops.open(path, mode);
    } catch (error) {
      if (errno(error) === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return await LogFile.scan(path, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reads the log behind an open handle; on failure the handle stays open. */
  static async scan(path: string, file: OpenFile, onFrame?: OnFrame): Promise<LogFile> {
    const { size, id } = await file.stat();
    const window = new ReadWindow(file, size);
    const state = await startState(path, window, size);
    await scan(state, window, format.HEADER_BYTES, size, onFrame);
    return new LogFile(path, file, state, id);
  }

  /** The same log, known to be unchanged, behind another handle. */
  reopened(file: OpenFile): LogFile {
    return new LogFile(this.path, file, this.state, this.id);
  }

  /**
   * Resolves when the frame is durable and counts. Whether the lease is still
   * held is for the caller to ask, after this and before acknowledging.
   */
  async append(frame: Buffer, epoch: number): Promise<void> {
    const from = this.state.end;
    await appendAll(this.file, frame);
    await this.file.datasync();
    const { size } = await this.file.stat();
    if (size === from + frame.length) {
      this.state.apply(frame, from);
      return;
    }
    let counted = false;
    await scan(this.state, new ReadWindow(this.file, size), from, size, (other, counts) => {
      counted ||= counts && other.equals(frame);
    });
    if (!counted) throw fencedFailure(this.path, epoch);
  }

  /** Whether nobody has appended anything since this handle last did. */
  async isUntouched(): Promise<boolean> {
    return (await this.file.stat()).size === this.state.end;
  }

  /** The value of one record, or undefined if its bytes fail their checksum. */
  async value(entry: Entry): Promise<Uint8Array | undefined> {
    const size = entrySize(entry);
    const bytes = await this.using(() => readFully(this.file, entry.at, size));
    if (bytes.length < size || !format.recordFits(bytes, 0, size)) return undefined;
    return plain(bytes.subarray(size - entry.valueBytes));
  }

  /** Runs `work` and keeps the handle open until it is done. */
  async using<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work();
    } finally {
      await this.close();
    }
  }

  /** Closes the handle as soon as nobody uses it. What counts was synced before: it cannot fail. */
  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.file.close().catch(() => {});
  }
}

/** A view that is a plain Uint8Array: a Buffer's `slice` would surprise. */
export function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function startState(path: string, window: ReadWindow, size: number): Promise<LogState> {
  const bytes = await window.take(0, format.HEADER_BYTES);
  if (!bytes) {
    const start = (await window.take(0, Math.min(size, 8))) ?? Buffer.alloc(0);
    if (start.equals(format.MAGIC.subarray(0, start.length))) throw damagedBook(path, 'it is cut off at the start');
    throw foreignFile(path);
  }
  const header = format.decodeHeader(bytes);
  if (header.intact) {
    if (!header.magic) throw foreignFile(path);
    if (header.version > format.VERSION) throw newerBook(path, header.version);
    return new LogState(header.mark);
  }
  // The header is not what was written. If the first frame is whole, all else can be read.
  const first = await window.take(format.HEADER_BYTES, format.FRAME_OVERHEAD);
  const mark = first && Buffer.from(format.decodeFrameHead(first).mark);
  if (mark && (await frameAt(window, format.HEADER_BYTES, mark))) {
    const state = new LogState(mark);
    state.report(0, 'the header is damaged');
    state.readOnly = 'its header is damaged';
    return state;
  }
  throw header.magic ? damagedBook(path, 'its header and its first batch are damaged') : foreignFile(path);
}

function foreignFile(path: string): ContactmeshError {
  return new ContactmeshError(
    'storage-foreign',
    `opening ${path}: this is not a contactmesh book. It was left as it is; choose another folder, or move the file away.`,
    { details: { path } },
  );
}

function newerBook(path: string, version: number): ContactmeshError {
  return new ContactmeshError(
    'storage-newer',
    `opening ${path}: it has format ${version}, this contactmesh reads up to ${format.VERSION}. It was left as it is; update contactmesh.`,
    { details: { path, version } },
  );
}

export function damagedBook(path: string, what: string): ContactmeshError {
  return new ContactmeshError(
    'storage-damaged',
    `opening ${path}: ${what}. It was left as it is; restore a backup, or try ${path}.previous, the generation before the last compaction.`,
    { details: { path } },
  );
}
