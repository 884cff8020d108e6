/**
 * Dead letters in files, one for each: `dead-letters/<connection>/<hash>.json`
 * in the book's folder. They hold contacts, as the book does, and are readable
 * by their owner alone.
 */
import { join } from 'node:path';
import type { DeadLetter, DeadLetters } from '../relay/flow/dead-letters.js';
import { damaged, namesIn, readJson, removeFile, writeJson } from './files.js';

const NAME = /^([0-9a-f]{64})\.json$/;

export class FileDeadLetters implements DeadLetters {
  readonly #folder: string;

  /** `book` is the book's folder. */
  constructor(book: string, connection: string) {
    this.#folder = join(book, 'dead-letters', connection);
  }

  async list(): Promise<DeadLetter[]> {
    const hashes = (await namesIn(this.#folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).sort();
    const letters = await Promise.all(hashes.map((hash) => this.#read(hash)));
    return letters.filter((letter) => letter !== undefined);
  }

  async put({ hash, reason, time, attempts, retry, bytes }: DeadLetter): Promise<void> {
    const chunk = Buffer.from(bytes).toString('base64');
    await writeJson(this.#path(hash), { hash, reason, time, attempts, retry, chunk });
  }

  async remove(hash: string): Promise<void> {
    await removeFile(this.#path(hash));
  }

  /** Undefined for one that has gone since its name was read: a sync took it, or a person dropped it. */
  async #read(hash: string): Promise<DeadLetter | undefined> {
    const path = this.#path(hash);
    const value = await readJson(path);
    if (value === undefined) return undefined;
    const { reason, time, attempts, retry, chunk } = (value ?? {}) as Record<string, unknown>;
    if (typeof reason !== 'string' || typeof time !== 'number' || typeof attempts !== 'number') throw damaged(path);
    if (typeof chunk !== 'string') throw damaged(path);
    return { hash, reason, time, attempts, retry: retry === true, bytes: new Uint8Array(Buffer.from(chunk, 'base64')) };
  }

  #path(hash: string): string {
    return join(this.#folder, `${hash}.json`);
  }
}
