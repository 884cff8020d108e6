/**
 * Comparisons and choices, documented in
 * workflow-definition-language-functions-reference.md ("Logical comparison
 * functions"). Also what the conditions of If and Until are made of.
 */
import type { Json } from '../../definition.js';
import { invalid, same, typeOf } from '../value.js';
import { arg, bool, fn, MANY, type Table } from './arguments.js';

export const LOGIC: Table = {
  and: { ...fn(1, MANY, (args) => args.every((_, n) => bool(args, n))), upto: until((one) => one === false) },
  or: { ...fn(1, MANY, (args) => args.some((_, n) => bool(args, n))), upto: until((one) => one === true) },
  not: fn(1, 1, (args) => !bool(args, 0)),
  equals: fn(2, 2, (args) => same(arg(args, 0), arg(args, 1))),
  greater: fn(2, 2, (args) => order(args) > 0),
  greaterOrEquals: fn(2, 2, (args) => order(args) >= 0),
  less: fn(2, 2, (args) => order(args) < 0),
  lessOrEquals: fn(2, 2, (args) => order(args) <= 0),
  if: {
    ...fn(3, 3, (args) => (bool(args, 0) ? arg(args, 1) : arg(args, 2))),
    upto: (args) => (args.length === 0 ? undefined : bool(args, 0) ? 2 : 1),
  },
  coalesce: { ...fn(1, MANY, (args) => args.find((one) => one !== null) ?? null), upto: until((one) => one !== null) },
};

function until(decides: (one: Json) => boolean): (args: Json[]) => 'enough' | undefined {
  return (args) => (args.length > 0 && decides(args.at(-1) ?? null) ? 'enough' : undefined);
}

/** Numbers by size, texts whatever their case (field evidence); what cannot be ordered is an error. */
function order(args: Json[]): number {
  const [a, b] = [arg(args, 0), arg(args, 1)];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return textOrder(a.toUpperCase(), b.toUpperCase());
  throw invalid(`values of the types '${typeOf(a)}' and '${typeOf(b)}' have no order.`);
}

function textOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
