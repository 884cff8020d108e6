/**
 * Contact files read into both books, with what came of each file told to
 * people. A file that is no contact file is said and passed over; one that
 * cannot be read ends it all.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ContactmeshError } from '../errors.js';
import { importFile } from '../files.js';
import { openFormats } from '../node.js';
import { Bar } from './progress.js';
import type { Replicas } from './replicas.js';

/** Imports every file on both replicas; returns whether there was anybody in them. */
export async function importInto({ books }: Replicas, files: string[], say: (text: string) => void): Promise<boolean> {
  const formats = openFormats();
  const bar = new Bar('Importing on both devices');
  let found = false;
  for (const [n, file] of files.entries()) {
    const bytes = await readFile(file).catch((cause: Error) => {
      throw new ContactmeshError('file-unreadable', `reading ${file}: ${cause.message}; name files that are there`, {
        cause,
      });
    });
    for (const [side, book] of books.entries()) {
      const onProgress = (done: number, total: number) =>
        bar.show((n * 2 + side + done / total) * 100, files.length * 200);
      try {
        const { report, ...done } = await importFile(book, formats, bytes, { name: basename(file), onProgress });
        found = true;
        if (side === 0) {
          const lost = Object.values(report.properties).reduce((sum, count) => sum + count.missing, 0);
          const known = done.updated.length + done.unchanged.length;
          bar.clear();
          say(
            `${basename(file)}: ${done.created.length} people${known > 0 ? `, ${known} known already` : ''}${lost > 0 ? `, ${lost} values lost` : ''}`,
          );
          if (report.error !== null && report.error !== undefined) say(`  ${report.error.message}`);
        }
      } catch (error) {
        if (!(error instanceof ContactmeshError && error.code.startsWith('format-'))) throw error;
        bar.clear();
        if (side === 0) process.stderr.write(`${error.message}\n`);
      }
    }
  }
  bar.end();
  return found;
}
