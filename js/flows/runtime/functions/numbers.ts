/**
 * Arithmetic, documented in workflow-definition-language-functions-reference.md
 * ("Math functions"). Numbers are the numbers of JSON: a float without a
 * fraction counts as an integer, which the platform tells apart.
 */
import type { Json } from '../../definition.js';
import { invalid } from '../value.js';
import { fn, MANY, number, type Table } from './arguments.js';

export const NUMBERS: Table = {
  add: fn(2, 2, (args) => number(args, 0) + number(args, 1)),
  sub: fn(2, 2, (args) => number(args, 0) - number(args, 1)),
  mul: fn(2, 2, (args) => number(args, 0) * number(args, 1)),
  div: fn(2, 2, divide),
  mod: fn(2, 2, (args) => number(args, 0) % nonZero(args)),
  max: fn(1, MANY, (args) => Math.max(...numbers(args))),
  min: fn(1, MANY, (args) => Math.min(...numbers(args))),
};

/** The reference: two integers give an integer. */
function divide(args: Json[]): number {
  const [a, b] = [number(args, 0), nonZero(args)];
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

function nonZero(args: Json[]): number {
  const value = number(args, 1);
  if (value !== 0) return value;
  throw invalid('a number cannot be divided by zero.');
}

function numbers(args: Json[]): number[] {
  const all = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  return all.map((_, n) => number(all, n));
}
