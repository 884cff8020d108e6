/**
 * Reads a file through a window of a few megabytes, so that going through a
 * log costs few system calls and little memory. A view handed out stays valid:
 * each window is a buffer of its own. It never writes and never checks.
 */

import type { OpenFile } from './ops.js';
import { readFully } from './ops.js';

const WINDOW_BYTES = 4 * 1024 * 1024;

export class ReadWindow {
  readonly #file: OpenFile;
  readonly #size: number;
  #at = 0;
  #bytes: Buffer = Buffer.alloc(0);

  /** `size` is where reading ends, even if the file has grown since. */
  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** The bytes from `at`, without I/O, if the window happens to hold them. */
  peek(at: number, length: number): Buffer | undefined {
    const from = at - this.#at;
    if (from < 0 || from + length > this.#bytes.length) return undefined;
    return this.#bytes.subarray(from, from + length);
  }

  /** The bytes from `at`; undefined if the file ends before `at + length`. */
  async take(at: number, length: number, ahead: number = WINDOW_BYTES): Promise<Buffer | undefined> {
    if (at + length > this.#size) return undefined;
    const held = this.peek(at, length);
    if (held) return held;
    this.#bytes = await readFully(this.#file, at, Math.min(Math.max(length, ahead), this.#size - at));
    this.#at = at;
    return this.peek(at, length);
  }

  /** Where `pattern` next occurs at or after `from`; -1 if nowhere. */
  async find(pattern: Buffer, from: number): Promise<number> {
    let at = from;
    while (at + pattern.length <= this.#size) {
      const bytes = await this.take(at, Math.min(WINDOW_BYTES, this.#size - at));
      if (!bytes) return -1;
      const found = bytes.indexOf(pattern);
      if (found >= 0) return at + found;
      at += bytes.length - pattern.length + 1;
    }
    return -1;
  }
}
