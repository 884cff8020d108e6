/**
 * Contact files: vCard and JSContact to drafts, and cards back. A second
 * WebAssembly module, loaded when first used. It reads and writes texts; what
 * becomes of a draft is the engine's business.
 */
import type { ModuleSource } from './engine.js';
import { ContactmeshError } from './errors.js';
import type { Card } from './types.js';
import { createGlue, type Glue } from './wasm/formats.js';

export type FileFormat = 'vcard' | 'jscontact';

/** What became of the lines of one property (EMAIL, TEL …), judged by their values. */
export interface PropertyCount {
  lines: number;
  /** Lines whose values are all in fields. */
  field: number;
  /** Lines with a value that is only kept as it stood. */
  extra: number;
  /** Lines that say something about the file, not the person. */
  file: number;
  empty: number;
  /** Lines with a value that is nowhere: a bug. */
  missing: number;
}

export interface FileReport {
  format: FileFormat | null;
  cards: number;
  properties: Record<string, PropertyCount>;
  missing: { card: number; line: number; property: string; value: string }[];
  /** What is wrong with the file; whole cards before the damage are read all the same. */
  error: { code: string; message: string } | null;
  /** The file ends inside a card. */
  truncated: { line: number; cards: number } | null;
}

export interface ReadFile {
  /** For `Book.import`. */
  drafts: unknown[];
  /** Bytes that drafts refer to, by SHA-256; for `Book.import` too. */
  blobs: Map<string, Uint8Array>;
  report: FileReport;
}

export class Formats {
  readonly #source: ModuleSource;
  #glue: Glue | undefined;

  /** @internal `openFormats` of each entry is the way. */
  constructor(source: ModuleSource) {
    this.#source = source;
  }

  async read(bytes: Uint8Array, format: FileFormat | 'auto' = 'auto'): Promise<ReadFile> {
    const answer = await this.#call('reading a contact file', (glue) => glue.read(bytes, format) as Answer);
    const { drafts, report, blobs: names } = JSON.parse(answer.json) as Parsed;
    return { drafts, report, blobs: new Map(names.map((name, n) => [name, answer.blobs[n] ?? new Uint8Array()])) };
  }

  async write(cards: Iterable<Card>, format: FileFormat, blobs: ReadonlyMap<string, Uint8Array>): Promise<string> {
    const text = JSON.stringify([...cards]);
    return this.#call('writing a contact file', (glue) => glue.write(text, format, Object.fromEntries(blobs)));
  }

  async #call<T>(doing: string, work: (glue: Glue) => T): Promise<T> {
    if (this.#glue === undefined) {
      const glue = createGlue();
      glue.initSync({ module: await this.#source() });
      this.#glue = glue;
    }
    try {
      return work(this.#glue);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
        this.#glue = undefined;
        const message = `${doing}: the reader stopped; nothing was imported. Try the file in smaller pieces, and report this`;
        throw new ContactmeshError('format-stopped', message, { cause: error });
      }
      if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
        throw new ContactmeshError(error.code, `${doing}: ${error.message}`);
      }
      throw error;
    }
  }
}

interface Answer {
  json: string;
  blobs: Uint8Array[];
}

interface Parsed {
  drafts: unknown[];
  report: FileReport;
  blobs: string[];
}
