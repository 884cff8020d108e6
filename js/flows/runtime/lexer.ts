/**
 * The words of an expression: names, numbers, quoted texts, punctuation. A
 * quote inside a text is doubled; there are no double-quoted texts and no
 * operators. Documented in logic-apps-workflow-definition-language.md
 * ("Expressions") and the functions reference.
 */
import { invalid } from './value.js';

export type Token =
  | { kind: 'name'; text: string; at: number }
  | { kind: 'number'; value: number; at: number }
  | { kind: 'text'; value: string; at: number }
  | { kind: 'mark'; text: string; at: number }
  | { kind: 'end'; at: number };

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const MARK = /\?\.|\?\[|[()[\].,]/y;
const SPACE = /\s*/y;

/** The token at `at`, and where the next one may begin. */
export function tokenAt(source: string, at: number): { token: Token; end: number } {
  const start = at + (match(SPACE, source, at)?.length ?? 0);
  if (start >= source.length) return { token: { kind: 'end', at: start }, end: start };
  if (source[start] === "'") return quoted(source, start);
  const name = match(NAME, source, start);
  if (name) return { token: { kind: 'name', text: name, at: start }, end: start + name.length };
  const number = match(NUMBER, source, start);
  if (number) return { token: { kind: 'number', value: Number(number), at: start }, end: start + number.length };
  const mark = match(MARK, source, start);
  if (mark) return { token: { kind: 'mark', text: mark, at: start }, end: start + mark.length };
  // A closing brace ends an interpolation: to the expression it is the end.
  if (source[start] === '}') return { token: { kind: 'end', at: start }, end: start };
  throw invalid(`the expression '${source}' has an unexpected '${source[start]}' at position ${start}`);
}

function quoted(source: string, start: number): { token: Token; end: number } {
  let value = '';
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] !== "'") value += source[at];
    else if (source[at + 1] === "'") {
      value += "'";
      at++;
    } else return { token: { kind: 'text', value, at: start }, end: at + 1 };
  }
  throw invalid(`the expression '${source}' has a text without its closing quote`);
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
