/**
 * The file operations that the adapters use, as a tiny interface, so that a
 * test can fail the N-th of them or play a disk that forgets what was not
 * synced. The only importer of node:fs in js/storage and js/relay. It decides
 * nothing: no retry, no error text; errors are the system's own.
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export interface OpenFile {
  /** Fills `into` from byte `at`; may read less; 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Writes at the end of the file, wherever that is by now; may write less. */
  append(bytes: Uint8Array): Promise<number>;
  /** Resolves when the bytes, and the length, are on the disk. */
  datasync(): Promise<void>;
  /** `id` is the same for two handles exactly if they are the same file. */
  stat(): Promise<{ size: number; id: string }>;
  close(): Promise<void>;
}

export interface FileOps {
  /** `create` refuses a name that exists; `append` and `create` can also read. */
  open(path: string, mode: 'read' | 'append' | 'create'): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; fails with EEXIST if the name is taken. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Creates a folder and its parents, durably; one that exists is fine. */
  mkdir(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** Makes names given or taken away in a folder durable. */
  syncFolder(folder: string): Promise<void>;
}

const FLAGS = {
  read: constants.O_RDONLY,
  append: constants.O_RDWR | constants.O_APPEND,
  create: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL,
};

export const nodeFileOps: FileOps = {
  async open(path, mode) {
    return openFile(await fs.open(path, FLAGS[mode], 0o600));
  },
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  unlink: (path) => fs.unlink(path),
  async mkdir(path) {
    const first = await fs.mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    const top = dirname(resolve(first));
    for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === top || folder === dirname(folder)) return;
    }
  },
  list: (folder) => fs.readdir(folder),
  syncFolder,
};

function openFile(handle: fs.FileHandle): OpenFile {
  return {
    read: async (into, at) => (await handle.read(into, 0, into.length, at)).bytesRead,
    append: async (bytes) => (await handle.write(bytes, 0, bytes.length)).bytesWritten,
    datasync: () => handle.datasync(),
    async stat() {
      const { size, dev, ino } = await handle.stat({ bigint: true });
      return { size: Number(size), id: `${dev}:${ino}` };
    },
    close: () => handle.close(),
  };
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no handle on a folder to sync; its file systems journal names.
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Appends all of `bytes`, however small the steps the system takes. */
export async function appendAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const count = await file.append(done === 0 ? bytes : bytes.subarray(done));
    if (count <= 0) throw Object.assign(new Error('the system wrote nothing'), { code: 'EIO' });
    done += count;
  }
}

/** Reads `length` bytes from `at`; fewer only where the file ends. */
export async function readFully(file: OpenFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const count = await file.read(bytes.subarray(done), at + done);
    if (count <= 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/** Reads a small file whole, or answers undefined if there is none. */
export async function readSmall(ops: FileOps, path: string): Promise<Buffer | undefined> {
  let file: OpenFile;
  try {
    file = await ops.open(path, 'read');
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return await readFully(file, 0, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

/** Removes a name; one that is not there is fine. */
export async function unlinkIfThere(ops: FileOps, path: string): Promise<void> {
  try {
    await ops.unlink(path);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
}

export function errno(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
