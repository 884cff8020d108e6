/**
 * Text for a terminal: columns that line up, also in Japanese, and values that
 * cannot steer the terminal. Contacts come from strangers' files; an escape
 * sequence in a name must not reach the screen.
 */

/** Characters that move the cursor, colour, or turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being removed.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{M}\u200b-\u200f\u2060]/u;

/** The text with line breaks and tabs, and without anything else a terminal acts on. */
export function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, '\ufffd');
}

/** The text on one line. */
export function line(text: string): string {
  return clean(text).replaceAll(/[\n\t]+/g, ' ');
}

/** How many columns a terminal gives the text. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Cuts the text to a width, and says that it did. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let out = '';
  for (const character of text) {
    if (widthOf(out + character) > width - 1) break;
    out += character;
  }
  return `${out}…`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export interface TableOptions {
  /** The width to fit into; absent if nothing is to be cut. */
  width?: number | undefined;
  /** Columns of numbers, which stand on the right. */
  right?: number[];
  indent?: string;
}

/** Rows as aligned lines; a column that is empty everywhere is left out. */
export function table(rows: string[][], options: TableOptions = {}): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths: number[] = [];
  for (let column = 0; column < count; column += 1) {
    // A book may have more rows than a call can have arguments.
    widths.push(rows.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0));
  }
  const indent = options.indent ?? '';
  if (options.width !== undefined) fit(widths, options.width - indent.length);
  const kept = widths.map((width, column) => ({ width, column })).filter(({ width }) => width > 0);
  const cell = (row: string[], column: number, width: number): string => {
    const text = cut(row[column] ?? '', width);
    return options.right?.includes(column) === true ? ' '.repeat(width - widthOf(text)) + text : pad(text, width);
  };
  return rows
    .map((row) => `${indent}${kept.map(({ column, width }) => cell(row, column, width)).join('  ')}`.trimEnd())
    .map((text) => `${text}\n`)
    .join('');
}

/** Takes from the widest column until all fit, as far as that is readable. */
function fit(widths: number[], total: number): void {
  const used = () => widths.reduce((sum, width) => sum + (width > 0 ? width + 2 : 0), -2);
  while (used() > total) {
    const widest = Math.max(...widths);
    if (widest <= 10) return;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

/** `1 card`, `2 cards`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Joins words as people do: `a, b and c`. */
export function listed(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
