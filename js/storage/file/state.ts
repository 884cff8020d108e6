/**
 * What a log says, held in memory: for each key where its record lies, never
 * the value itself. Frames are applied in file order; one of an epoch lower
 * than an earlier frame's was written by somebody whose lease was gone, was
 * never acknowledged, and is passed over. It reads no file and verifies only
 * what has no verified frame around it.
 */
import type { Corrupt } from '../port.js';
import * as format from './format.js';

export interface Entry {
  /** Where the record begins in the file. */
  at: number;
  keyBytes: number;
  valueBytes: number;
}

export function entrySize(entry: Entry): number {
  return format.RECORD_HEAD + entry.keyBytes + entry.valueBytes;
}

export class LogState {
  readonly mark: Buffer;
  readonly index: Map<string, Entry> = new Map();
  /** Keys whose newest record is damaged. */
  readonly damaged: Map<string, string> = new Map();
  /** Damage as places in the file. */
  readonly places: Corrupt[] = [];
  /** The highest epoch so far. */
  epoch = 0;
  /** Where the last good frame ends. */
  end: number = format.HEADER_BYTES;
  liveBytes = 0;
  /** Whether bad bytes follow the last good frame. */
  tail = false;
  /** Why nothing may be written, if so. */
  readOnly: string | undefined;

  constructor(mark: Buffer) {
    this.mark = mark;
  }

  get deadBytes(): number {
    return this.end - format.HEADER_BYTES - this.liveBytes;
  }

  /** Applies a frame whose hash fits; answers whether it counts. */
  apply(frame: Buffer, at: number): boolean {
    this.end = at + frame.length;
    const head = format.decodeFrameHead(frame);
    if (head.epoch < this.epoch) return false;
    this.epoch = head.epoch;
    if (head.kind === format.KIND.epoch) return true;
    if (head.kind !== format.KIND.batch) {
      this.report(at, `a frame of the unknown kind ${head.kind}`);
      return true;
    }
    for (let from = format.FRAME_OVERHEAD; from < frame.length; ) {
      const record = format.decodeRecordHead(frame, from, frame.length);
      if (!record) {
        this.report(at + from, 'a batch does not hold what its hash says it should');
        break;
      }
      this.#record(frame, from, at, record);
      from += record.size;
    }
    return true;
  }

  /**
   * Takes from a frame whose hash does not fit the records whose own checksums
   * do, and reports the others. The caller knows that the frame ended where it
   * says, so that it was written whole once.
   */
  salvage(frame: Buffer, at: number): void {
    const head = format.decodeFrameHead(frame);
    if (head.kind !== format.KIND.batch || head.epoch < this.epoch) {
      this.report(at, `${frame.length} damaged bytes that hold no batch`);
      return;
    }
    let lost = 0;
    for (let from = format.FRAME_OVERHEAD; from < frame.length; ) {
      const record = format.decodeRecordHead(frame, from, frame.length);
      if (!record) {
        this.report(at + from, `the last ${frame.length - from} bytes of a damaged batch cannot be read`);
        return;
      }
      if (format.recordFits(frame, from, record.size)) this.#record(frame, from, at, record);
      else {
        lost += 1;
        this.#lose(format.recordKey(frame, from, record));
      }
      from += record.size;
    }
    this.report(at, `a batch is damaged; ${lost === 0 ? 'all its records are intact' : `records lost: ${lost}`}`);
  }

  report(at: number, reason: string): void {
    this.places.push({ key: `book.log@${at}`, reason });
  }

  #record(frame: Buffer, from: number, at: number, record: format.RecordHead): void {
    const key = format.recordKey(frame, from, record);
    this.#forget(key);
    if (record.deleted) return;
    const entry = { at: at + from, keyBytes: record.keyBytes, valueBytes: record.valueBytes };
    this.index.set(key, entry);
    this.liveBytes += record.size;
  }

  #lose(key: string): void {
    this.#forget(key);
    this.damaged.set(key, 'its newest record fails its checksum');
  }

  #forget(key: string): void {
    const old = this.index.get(key);
    if (old) {
      this.liveBytes -= entrySize(old);
      this.index.delete(key);
    }
    if (this.damaged.size > 0) this.damaged.delete(key);
  }
}
