/**
 * The files that a served flow keeps in its folder, readable by their owner
 * alone. A `LineFile` holds one JSON value a line and grows; a line that a
 * crash cut is dropped when it is opened, and what the disk did not take is
 * never followed by anything. Other damage is refused, without quoting it.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { ContactmeshError } from '../errors.js';

const LINE_END = 0x0a;

export class LineFile<T> {
  /** Whether opening it dropped a last line that was cut. */
  readonly mended: boolean;
  private readonly path: string;
  /** Where the last whole line ends. */
  private size: number;

  constructor(path: string) {
    this.path = path;
    const bytes = this.bytes();
    this.size = bytes.lastIndexOf(LINE_END) + 1;
    this.mended = this.size < bytes.length;
    if (this.mended) reaching(`mending ${path}`, () => fs.truncateSync(path, this.size));
  }

  values(): T[] {
    const lines = this.bytes().toString('utf8', 0, this.size).split('\n').slice(0, -1);
    return lines.map((line, n) => parsed(line, `line ${n + 1} of ${this.path}`) as T);
  }

  /** Durable when it returns; if it throws, nothing of them is in the file, or will be before the next line. */
  append(...values: T[]): void {
    const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    reaching(`writing to ${this.path}`, () => {
      const file = fs.openSync(this.path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
      try {
        this.write(file, bytes);
      } finally {
        fs.closeSync(file);
      }
      // Its name may be as new as its first line.
      if (this.size === 0) syncFolder(dirname(this.path));
    });
    this.size += bytes.length;
  }

  private write(file: number, bytes: Buffer): void {
    // What an earlier line left, should taking it back have failed too.
    if (fs.fstatSync(file).size !== this.size) fs.ftruncateSync(file, this.size);
    try {
      writeAll(file, bytes, this.size);
      fs.fdatasyncSync(file);
    } catch (error) {
      fs.ftruncateSync(file, this.size);
      throw error;
    }
  }

  private bytes(): Buffer {
    return reaching(`reading ${this.path}`, () =>
      fs.existsSync(this.path) ? fs.readFileSync(this.path) : Buffer.alloc(0),
    );
  }
}

/** Writes a file that is there whole or not at all, durably. */
export function putWhole(path: string, text: string): void {
  const aside = `${path}.${randomBytes(8).toString('hex')}.new`;
  reaching(`writing ${path}`, () => {
    try {
      const file = fs.openSync(aside, 'wx', 0o600);
      try {
        writeAll(file, Buffer.from(text), 0);
        fs.fdatasyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(aside, path);
      syncFolder(dirname(path));
    } catch (error) {
      fs.rmSync(aside, { force: true });
      throw error;
    }
  });
}

/** Makes the names in a folder durable. Windows has no handle on a folder to sync; its file systems journal names. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = fs.openSync(folder, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += fs.writeSync(file, bytes, done, bytes.length - done, at + done);
  }
}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not the parser's message: it quotes what it read.
    throw damaged(where);
  }
}

function damaged(where: string): ContactmeshError {
  const message = `reading ${where}: it is not what was written there; restore the file from a backup, or move it away to begin a new one`;
  return new ContactmeshError('flow-damaged', message);
}

function reaching<T>(doing: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const { code = 'no reason given' } = cause as NodeJS.ErrnoException;
    const message = `${doing}: the system refused it (${code}). See that there is room on the disk and who may write there, then try again`;
    throw new ContactmeshError('flow-io', message, { cause });
  }
}
