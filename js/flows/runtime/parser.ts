/**
 * From a text of a definition to what it means: plain text, one typed
 * expression (`@x`), or a template with pieces in it (`a @{x} b`). Documented
 * in logic-apps-workflow-definition-language.md ("Expressions"): `@@` is a
 * plain `@`, and `@{…}` always gives text. It knows no function by name.
 */
import type { Json } from '../definition.js';
import { type Token, tokenAt } from './lexer.js';
import { invalid, MAX_EXPRESSION } from './value.js';

export type Node =
  | { kind: 'literal'; value: Json }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'member'; of: Node; name: Node; safe: boolean };

export type Template =
  | { kind: 'plain'; text: string }
  | { kind: 'typed'; node: Node }
  | { kind: 'mixed'; parts: (string | Node)[] };

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

export function parseTemplate(text: string): Template {
  if (!text.includes('@')) return { kind: 'plain', text };
  if (text.startsWith('@') && text[1] !== '@' && text[1] !== '{' && text.length > 1) return parseTyped(text);
  const parts = parseParts(text);
  if (parts.every((part) => typeof part === 'string')) return { kind: 'plain', text: parts.join('') };
  return { kind: 'mixed', parts };
}

function parseTyped(text: string): Template {
  const parser = new Parser(text, 1);
  const node = parser.expression();
  const rest = text.slice(parser.at);
  if (rest === '') return { kind: 'typed', node };
  // White space after `@f()` silently makes it a text (field evidence); anything else is a mistake.
  if (rest.trim() === '') return { kind: 'mixed', parts: [node, rest] };
  throw invalid(`the expression '${text}' goes on after its end with '${rest}'`);
}

function parseParts(text: string): (string | Node)[] {
  const parts: (string | Node)[] = [];
  let plain = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '@' && text[at + 1] === '@' && (at === 0 || text[at + 2] === '{')) {
      plain += '@';
      at++;
    } else if (text[at] === '@' && text[at + 1] === '{') {
      if (plain !== '') parts.push(plain);
      plain = '';
      const parser = new Parser(text, at + 2);
      parts.push(parser.expression());
      at = parser.closingBrace();
    } else plain += text[at];
  }
  if (plain !== '') parts.push(plain);
  return parts;
}

class Parser {
  readonly source: string;
  at: number;

  constructor(source: string, at: number) {
    if (source.length > MAX_EXPRESSION) {
      throw invalid(`an expression has ${source.length} characters, more than the ${MAX_EXPRESSION} allowed`);
    }
    this.source = source;
    this.at = at;
  }

  expression(): Node {
    let node = this.operand();
    for (;;) {
      const mark = this.peekMark();
      if (mark === '[' || mark === '?[') {
        this.next();
        const name = this.expression();
        this.expect(']');
        node = { kind: 'member', of: node, name, safe: mark === '?[' };
      } else if (mark === '.' || mark === '?.') {
        this.next();
        const token = this.next();
        if (token.kind !== 'name') throw this.unexpected(token);
        node = { kind: 'member', of: node, name: { kind: 'literal', value: token.text }, safe: mark === '?.' };
      } else return node;
    }
  }

  /** Where the brace is that ends an interpolation. */
  closingBrace(): number {
    const { token } = tokenAt(this.source, this.at);
    if (token.kind === 'end' && this.source[token.at] === '}') return token.at;
    throw this.unexpected(token);
  }

  private operand(): Node {
    const token = this.next();
    if (token.kind === 'text' || token.kind === 'number') return { kind: 'literal', value: token.value };
    if (token.kind !== 'name') throw this.unexpected(token);
    if (this.peekMark() === '(') return { kind: 'call', name: token.text, args: this.args() };
    const word = WORDS.get(token.text.toLowerCase());
    if (word === undefined) throw this.unexpected(token);
    return { kind: 'literal', value: word };
  }

  private args(): Node[] {
    this.expect('(');
    const args: Node[] = [];
    if (this.peekMark() === ')') {
      this.next();
      return args;
    }
    for (;;) {
      args.push(this.expression());
      const token = this.next();
      if (token.kind === 'mark' && token.text === ')') return args;
      if (token.kind !== 'mark' || token.text !== ',') throw this.unexpected(token);
    }
  }

  private next(): Token {
    const { token, end } = tokenAt(this.source, this.at);
    this.at = end;
    return token;
  }

  /** The mark that comes next, if it is one. */
  private peekMark(): string | undefined {
    const { token } = tokenAt(this.source, this.at);
    return token.kind === 'mark' ? token.text : undefined;
  }

  private expect(mark: string): void {
    const token = this.next();
    if (token.kind !== 'mark' || token.text !== mark) throw this.unexpected(token);
  }

  private unexpected(token: Token): Error {
    const what = token.kind === 'end' ? 'its end' : `'${this.source.slice(token.at, token.at + 20)}'`;
    return invalid(`the expression '${this.source}' is not valid: ${what} is unexpected at position ${token.at}`);
  }
}
