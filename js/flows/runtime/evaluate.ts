/**
 * Evaluates templates: values in a definition may be texts with expressions at
 * any depth. Functions come from the table of functions/ and, for what reads
 * the run, from the scope. A function it does not know is an error that names
 * it. Arguments are evaluated from left to right (documented in the functions
 * reference, "Considerations"); `if`, `and`, `or` and `coalesce` stop at the
 * argument that decides (field evidence).
 */
import { isObject, type Json } from '../definition.js';
import { countMistake, type Fn } from './functions/arguments.js';
import { FUNCTIONS } from './functions/index.js';
import { type Node, parseTemplate } from './parser.js';
import { invalid, keyOf, textOf, typeOf } from './value.js';

/** What an expression can read of its run: `body('X')`, `item()`, `variables('x')`. */
export interface Scope {
  /** Undefined if the scope has no function of that name (in lower case). */
  call(name: string, args: Json[]): Json | undefined;
}

/** A value of a definition with every expression in it evaluated. */
export function evaluate(value: Json | undefined, scope: Scope): Json {
  if (value === undefined) return null;
  if (typeof value === 'string') return evaluateText(value, scope);
  if (Array.isArray(value)) return value.map((one) => evaluate(one, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, evaluate(one, scope)]));
}

function evaluateText(text: string, scope: Scope): Json {
  const template = parseTemplate(text);
  if (template.kind === 'plain') return template.text;
  if (template.kind === 'typed') return evaluateNode(template.node, scope);
  return template.parts.map((part) => (typeof part === 'string' ? part : textOf(evaluateNode(part, scope)))).join('');
}

export function evaluateNode(node: Node, scope: Scope): Json {
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'member') {
    return member(evaluateNode(node.of, scope), evaluateNode(node.name, scope), node.safe);
  }
  // Names of functions are not case-sensitive (field evidence).
  const name = node.name.toLowerCase();
  const known = FUNCTIONS.get(name);
  if (known?.upto) return callUpto(node, known, known.upto, scope);
  const args = node.args.map((arg) => evaluateNode(arg, scope));
  const read = scope.call(name, args);
  if (read !== undefined) return read;
  if (!known) throw invalid(`The template function '${node.name}' is not defined or not valid.`);
  checkCount(node, known);
  return known.run(args);
}

type Call = Extract<Node, { kind: 'call' }>;

function callUpto(node: Call, known: Fn, upto: NonNullable<Fn['upto']>, scope: Scope): Json {
  checkCount(node, known);
  const args: Json[] = [];
  for (const [n, arg] of node.args.entries()) {
    const done = upto(args);
    if (done === 'enough') break;
    // What is passed over keeps its place.
    args.push(done === n ? null : evaluateNode(arg, scope));
  }
  return known.run(args);
}

function checkCount({ name, args }: Call, known: Fn): void {
  const mistake = countMistake(name, args.length, known);
  if (mistake !== undefined) throw invalid(mistake);
}

/**
 * `?[]` gives null for what is missing and for a property of null, `[]` fails;
 * a property of a text fails with both. Field evidence, the last one the trap
 * of a body that came as text/plain.
 */
function member(of: Json, name: Json, safe: boolean): Json {
  if (of === null) {
    if (safe) return null;
    throw invalid(`property '${textOf(name)}' cannot be selected: the value before it is null. Use '?[' if it may be.`);
  }
  if (Array.isArray(of)) return element(of, name, safe);
  if (!isObject(of)) throw invalid(`Property selection is not supported on values of type '${typeOf(of)}'.`);
  if (typeof name !== 'string') throw invalid(`a property is selected by a text, not by ${typeOf(name)}`);
  const key = keyOf(of, name);
  if (key !== undefined) return of[key] as Json;
  // `outputs('X')?['body/value']` walks a path (field evidence).
  const slash = name.indexOf('/');
  if (slash > 0) return member(member(of, name.slice(0, slash), safe), name.slice(slash + 1), safe);
  if (safe) return null;
  const there = Object.keys(of).join(', ');
  throw invalid(`property '${name}' doesn't exist, available properties are '${there}'.`);
}

function element(of: Json[], name: Json, safe: boolean): Json {
  if (typeof name !== 'number' || !Number.isInteger(name)) {
    throw invalid(`an array element is selected by an integer, not by ${typeOf(name)} '${textOf(name)}'`);
  }
  const found = of[name];
  if (found !== undefined) return found;
  if (safe) return null;
  throw invalid(`array index '${name}' is outside bounds (0, ${of.length - 1}) of array.`);
}
