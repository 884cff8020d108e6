/**
 * The part of OData that shipped flows use in `$filter` and `$orderby`:
 * comparisons of a column with a text, an integer or a timestamp, `and`, `or`,
 * parentheses. Anything else is refused by name. Texts compare without regard to case, as
 * SharePoint's do (field evidence).
 */
import { type JsonObject, prop } from '../definition.js';

export type Filter =
  | { kind: 'compare'; column: string; operator: string; value: Value }
  | { kind: 'both'; left: Filter; right: Filter }
  | { kind: 'either'; left: Filter; right: Filter };

type Value = string | number | Date;

const WORD = /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\dT[\d:.]+Z)|(-?\d+)|([A-Za-z_][A-Za-z0-9_]*)|([()]))/y;
const OPERATORS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

export function parseFilter(source: string): Filter {
  const words = wordsOf(source);
  let at = 0;
  const either = (): Filter => {
    let left = both();
    while (words[at] === 'or') {
      at++;
      left = { kind: 'either', left, right: both() };
    }
    return left;
  };
  const both = (): Filter => {
    let left = one();
    while (words[at] === 'and') {
      at++;
      left = { kind: 'both', left, right: one() };
    }
    return left;
  };
  const one = (): Filter => {
    if (words[at] === '(') {
      at++;
      const inner = either();
      if (words[at++] !== ')') throw new SyntaxError('a parenthesis is not closed');
      return inner;
    }
    const [column, operator, value] = [words[at], words[at + 1], words[at + 2]];
    at += 3;
    if (column === undefined || !OPERATORS.has(operator ?? '') || value === undefined) {
      throw new SyntaxError(`not understood: ${[column, operator].join(' ')}`);
    }
    return { kind: 'compare', column, operator: operator as string, value: literal(value) };
  };
  const filter = either();
  if (at < words.length) throw new SyntaxError(`not understood: ${words[at]}`);
  return filter;
}

function wordsOf(source: string): string[] {
  const words: string[] = [];
  WORD.lastIndex = 0;
  const end = source.trimEnd().length;
  for (let at = 0; at < end; at = WORD.lastIndex) {
    const found = WORD.exec(source);
    if (!found) throw new SyntaxError(`not understood at character ${at}`);
    words.push(found[0].trim());
  }
  return words;
}

function literal(word: string): Value {
  if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'");
  if (/^-?\d+$/.test(word)) return Number(word);
  const time = new Date(word);
  if (word.includes('T') && !Number.isNaN(time.getTime())) return time;
  throw new SyntaxError(`not a text, no integer and no timestamp: ${word}`);
}

export function matches(filter: Filter, row: JsonObject): boolean {
  if (filter.kind === 'both') return matches(filter.left, row) && matches(filter.right, row);
  if (filter.kind === 'either') return matches(filter.left, row) || matches(filter.right, row);
  return compare(prop(row, filter.column) ?? null, filter.operator, filter.value);
}

function compare(value: unknown, operator: string, wanted: Value): boolean {
  if (wanted instanceof Date) {
    const time = Date.parse(String(value));
    return Number.isNaN(time) ? operator === 'ne' : compare(time, operator, wanted.getTime());
  }
  const [a, b] = [
    typeof value === 'string' ? value.toLowerCase() : value,
    typeof wanted === 'string' ? wanted.toLowerCase() : wanted,
  ];
  if (typeof a !== typeof b) return operator === 'ne';
  const order = (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    default:
      return order <= 0;
  }
}
