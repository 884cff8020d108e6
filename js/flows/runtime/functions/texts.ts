/**
 * Functions on texts, documented one by one in
 * workflow-definition-language-functions-reference.md. They work on UTF-16
 * units, as the platform does.
 */
import { bounded, invalid, textOf } from '../value.js';
import { fn, integer, MANY, number, type Table, text } from './arguments.js';

export const TEXTS: Table = {
  concat: fn(1, MANY, (args) => bounded(args.map(textOf).join(''), 'concat()')),
  toLower: fn(1, 1, (args) => text(args, 0).toLowerCase()),
  toUpper: fn(1, 1, (args) => text(args, 0).toUpperCase()),
  trim: fn(1, 1, (args) => text(args, 0).trim()),
  replace: fn(3, 3, (args) => text(args, 0).replaceAll(nonEmpty(text(args, 1)), () => text(args, 2))),
  split: fn(2, 2, (args) => (text(args, 1) === '' ? [text(args, 0)] : text(args, 0).split(text(args, 1)))),
  substring: fn(2, 3, (args) =>
    substring(text(args, 0), integer(args, 1), args.length > 2 ? integer(args, 2) : undefined),
  ),
  // The reference says of these four that case does not matter.
  startsWith: fn(2, 2, (args) => lower(text(args, 0)).startsWith(lower(text(args, 1)))),
  endsWith: fn(2, 2, (args) => lower(text(args, 0)).endsWith(lower(text(args, 1)))),
  indexOf: fn(2, 2, (args) => lower(text(args, 0)).indexOf(lower(text(args, 1)))),
  lastIndexOf: fn(2, 2, (args) => lower(text(args, 0)).lastIndexOf(lower(text(args, 1)))),
  formatNumber: fn(2, 2, (args) => plainFormat(number(args, 0), text(args, 1))),
};

function lower(value: string): string {
  return value.toLowerCase();
}

function nonEmpty(value: string): string {
  if (value !== '') return value;
  throw invalid('the text to replace must not be empty');
}

/** The reference: start and length must lie inside the text. */
function substring(value: string, start: number, length = value.length - start): string {
  if (start < 0 || length < 0 || start + length > value.length) {
    throw invalid(`substring: ${start} and ${length} are outside a text of ${value.length} characters`);
  }
  return value.slice(start, start + length);
}

/** Only runs of zeros (`000`) are offered; other formats are refused rather than guessed. */
function plainFormat(value: number, format: string): string {
  if (!/^0+$/.test(format)) throw invalid(`formatNumber: this runtime does not know the format '${format}'`);
  return String(Math.trunc(value)).padStart(format.length, '0');
}
