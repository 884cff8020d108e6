/**
 * Two sentences over a book and a file: import one, export the other. What a
 * file means is said in formats.ts, what becomes of a person in the engine.
 */
import type { Book } from './book.js';
import { ContactmeshError } from './errors.js';
import type { FileFormat, FileReport, Formats, ReadFile } from './formats.js';
import type { Imported, Progress } from './types.js';

export interface FileImport extends Imported {
  report: FileReport;
}

export type ExportFormat = FileFormat;

/** Reads a contact file; one without a single whole card is an error. */
export async function readFile(
  formats: Formats,
  bytes: Uint8Array,
  options: { name?: string; format?: FileFormat | 'auto' } = {},
): Promise<ReadFile> {
  const read = await formats.read(bytes, options.format ?? 'auto');
  if (read.drafts.length > 0) return read;
  const { code, message } = read.report.error ?? { code: 'format-empty', message: 'there is no contact in it' };
  throw new ContactmeshError(code, `importing ${options.name ?? 'a file'}: ${message}`);
}

/**
 * Imports a contact file. Whole cards before damage are imported, and the
 * report says what is wrong; a file without a single card is an error.
 */
export async function importFile(
  book: Book,
  formats: Formats,
  bytes: Uint8Array,
  options: { name?: string; format?: FileFormat | 'auto'; onProgress?: Progress } = {},
): Promise<FileImport> {
  const { drafts, blobs, report } = await readFile(formats, bytes, options);
  const more = options.onProgress === undefined ? {} : { onProgress: options.onProgress };
  const imported = await book.import(drafts, {
    ...more,
    blobs,
    ...(options.name === undefined ? {} : { run: options.name }),
  });
  return { ...imported, report };
}

/** Leaves that name bytes: photos and other files, and texts too long for a register. */
const BLOB = /\/(blob(_\d+)?|whole\/[^/]+)$/;

/** Writes the live cards of a book, photos included. */
export async function exportBook(
  book: Book,
  formats: Formats,
  format: ExportFormat,
  options: { ids?: string[] } = {},
): Promise<string> {
  const cards = options.ids === undefined ? [...book.cards()] : options.ids.map((id) => book.card(id));
  const blobs = new Map<string, Uint8Array>();
  for (const card of cards) {
    for (const [path, value] of Object.entries(card.fields)) {
      if (!BLOB.test(path) || typeof value !== 'string' || blobs.has(value)) continue;
      const bytes = await book.blob(value);
      // A photo that another replica has and this one has not yet is left out, not an error.
      if (bytes !== undefined) blobs.set(value, bytes);
    }
  }
  return formats.write(cards, format, blobs);
}
