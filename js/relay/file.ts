/**
 * A relay in a folder that several processes share, at the same time if they
 * like: `relay.id` says which log this is, `chunk-000000000001` and so on are
 * the chunks. A chunk is written aside, synced, and linked to the next free
 * number, which fails if somebody took that number: so a reader never sees
 * half a file, nor a gap that fills later, and the numbers are one order for
 * all. Nothing is ever removed. It needs one file system with hard links, which
 * all share; a folder that a sync program copies between machines is none. It is
 * for the replicas of one user of the system: chunks hold contacts, and only who
 * wrote a file may read it.
 */
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import type { FileOps, OpenFile } from '../storage/file/ops.js';
import { errno, nodeFileOps, readSmall, unlinkIfThere } from '../storage/file/ops.js';
import { SerialQueue } from '../storage/queue.js';
import { chunkName, chunkNumber, decodeChunk, decodeHash, encodeChunk, HEAD_BYTES, hashOf } from './chunk-file.js';
import type { LogView } from './cursor.js';
import { countBefore, cursorAfter } from './cursor.js';
import { openRelayFolder, writeAside } from './folder.js';
import type { ExchangeRequest, ExchangeResponse, Relay } from './port.js';
import { limitOf } from './port.js';

export interface FileRelayOptions {
  /** @internal for tests. */
  ops?: FileOps;
}

/** How many chunks are written and synced at the same time. */
const AT_ONCE = 16;

const AGAIN =
  'Some chunks may have been taken; exchange again with the same chunks once the folder can be reached and has room.';
const ANOTHER_USER =
  'In a relay, only the user who wrote a file may read it (mode 0600). Run every replica as the same user of the system and check who owns the folder, or connect the replicas through a flow.';

/** Opens the relay in `folder`, and founds it if the folder is empty or not there. */
export async function openFileRelay(folder: string, options: FileRelayOptions = {}): Promise<FileRelay> {
  const ops = options.ops ?? nodeFileOps;
  return new FileRelay(folder, ops, await named(`opening the relay ${folder}`, () => openRelayFolder(ops, folder)));
}

export class FileRelay implements Relay, LogView {
  readonly id: string;
  readonly place: string;
  readonly hashes: string[] = [];
  readonly #ops: FileOps;
  readonly #numbers = new Map<string, number>();
  readonly #queue = new SerialQueue();
  #whole = false;

  /** @internal `openFileRelay` is the way. */
  constructor(folder: string, ops: FileOps, id: string) {
    this.id = id;
    this.place = folder;
    this.#ops = ops;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeResponse> {
    const limit = limitOf(request);
    const pushed = request.chunks.map((chunk) => encodeChunk(chunk));
    const { cursor } = request;
    return this.#queue.run(() =>
      named(`exchanging with the relay ${this.place}`, async () => {
        const known = this.hashes.length;
        await this.#follow();
        if (!this.#whole) await this.#refuseGap();
        const from = countBefore(this, cursor);
        for (let next = 0; next < pushed.length; next += AT_ONCE) await this.#push(pushed.slice(next, next + AT_ONCE));
        await this.#follow();
        // Also for chunks of others: what was seen here must not vanish in a power cut.
        if (pushed.length > 0 || this.hashes.length > known) await this.#ops.syncFolder(this.place);
        const end = Math.min(from + limit, this.hashes.length);
        const chunks: Uint8Array[] = [];
        for (let number = from + 1; number <= end; number += 1) chunks.push(await this.#pull(number));
        return { accepted: pushed.length, chunks, cursor: cursorAfter(this, end), more: end < this.hashes.length };
      }),
    );
  }

  /** Learns the hashes of the chunks that were added since. */
  async #follow(): Promise<void> {
    for (;;) {
      const number = this.hashes.length + 1;
      const head = await readHead(this.#ops, this.#path(number));
      if (!head) return;
      const hash = decodeHash(head);
      if (hash === undefined) throw this.#damaged(number);
      this.hashes.push(hash);
      if (!this.#numbers.has(hash)) this.#numbers.set(hash, number);
    }
  }

  /** A number that is missing was deleted: what follows it would never be seen. */
  async #refuseGap(): Promise<void> {
    const highest = Math.max(0, ...(await this.#ops.list(this.place)).map((name) => chunkNumber(name) ?? 0));
    await this.#follow();
    if (highest > this.hashes.length) throw this.#damaged(this.hashes.length + 1);
    this.#whole = true;
  }

  async #push(files: Buffer[]): Promise<void> {
    const written = await Promise.allSettled(
      files.map(async (file) => {
        const aside = this.#numbers.has(hashOf(file)) ? undefined : await writeAside(this.#ops, this.place, file);
        return { file, aside };
      }),
    );
    try {
      for (const result of written) {
        if (result.status === 'rejected') throw result.reason;
        const { file, aside } = result.value;
        if (aside === undefined) await this.#heal(hashOf(file), file);
        else await this.#link(hashOf(file), aside);
      }
    } finally {
      for (const result of written) {
        const aside = result.status === 'fulfilled' ? result.value.aside : undefined;
        if (aside !== undefined) await unlinkIfThere(this.#ops, aside);
      }
    }
  }

  /** Gives a chunk the next free number, unless somebody brings the same one first. */
  async #link(hash: string, aside: string): Promise<void> {
    // Every number before the one that is tried has been seen, so the same chunk cannot get two.
    while (!this.#numbers.has(hash)) {
      try {
        await this.#ops.link(aside, this.#path(this.hashes.length + 1));
      } catch (error) {
        if (errno(error) !== 'EEXIST') throw error;
      }
      await this.#follow();
    }
  }

  /** Replaces a chunk that went bad, now that somebody brings it again. */
  async #heal(hash: string, file: Buffer): Promise<void> {
    const number = this.#numbers.get(hash);
    if (number === undefined) return;
    const path = this.#path(number);
    const stored = await readSmall(this.#ops, path);
    if (stored && decodeChunk(stored)) return;
    await this.#ops.rename(await writeAside(this.#ops, this.place, file), path);
  }

  async #pull(number: number): Promise<Uint8Array> {
    const file = await readSmall(this.#ops, this.#path(number));
    const chunk = file && decodeChunk(file);
    if (!chunk || hashOf(file) !== this.hashes[number - 1]) throw this.#damaged(number);
    return chunk;
  }

  #path(number: number): string {
    return join(this.place, chunkName(number));
  }

  #damaged(number: number): ContactmeshError {
    const path = this.#path(number);
    return new ContactmeshError(
      'relay-damaged',
      `reading ${path}: it is missing, or not the chunk that was pushed. Restore that file from a backup, or push again from a replica that has it; do not delete it.`,
      { details: { path } },
    );
  }
}

async function readHead(ops: FileOps, path: string): Promise<Buffer | undefined> {
  let file: OpenFile;
  try {
    file = await ops.open(path, 'read');
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, await file.read(head, 0));
  } finally {
    await file.close();
  }
}

async function named<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ContactmeshError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    const code = errno(error);
    const advice = code === 'EACCES' || code === 'EPERM' ? ANOTHER_USER : AGAIN;
    throw new ContactmeshError('relay-io', `${doing}: ${said}. ${advice}`, { cause: error, details: { errno: code } });
  }
}
