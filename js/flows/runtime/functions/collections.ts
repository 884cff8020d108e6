/**
 * Functions on arrays, texts and objects as collections, documented one by one
 * in workflow-definition-language-functions-reference.md.
 */
import { isObject, type Json } from '../../definition.js';
import { bounded, invalid, keyOf, same, textOf, typeOf } from '../value.js';
import { arg, fn, integer, list, MANY, object, type Table, text, wrong } from './arguments.js';

export const COLLECTIONS: Table = {
  contains: fn(2, 2, (args) => contains(arg(args, 0), arg(args, 1))),
  empty: fn(1, 1, (args) => empty(arg(args, 0))),
  length: fn(1, 1, (args) => sequence(args).length),
  // An empty collection has a first and last element null (field evidence).
  first: fn(1, 1, (args) => sequence(args)[0] ?? (typeof args[0] === 'string' ? '' : null)),
  last: fn(1, 1, (args) => sequence(args).at(-1) ?? (typeof args[0] === 'string' ? '' : null)),
  take: fn(2, 2, (args) => sequence(args).slice(0, count(args))),
  skip: fn(2, 2, (args) => sequence(args).slice(count(args))),
  join: fn(2, 2, (args) => bounded(list(args, 0).map(textOf).join(text(args, 1)), 'join()')),
  union: fn(1, MANY, union),
  intersection: fn(1, MANY, (args) =>
    distinct(list(args, 0).filter((one) => args.every((_, n) => list(args, n).some((other) => same(one, other))))),
  ),
  reverse: fn(1, 1, (args) => [...list(args, 0)].reverse()),
  createArray: fn(1, MANY, (args) => [...args]),
  array: fn(1, 1, (args) => [arg(args, 0)]),
  range: fn(2, 2, (args) => Array.from({ length: size(integer(args, 1)) }, (_, i) => integer(args, 0) + i)),
};

/** Case-sensitive, says the reference; an object contains its keys. */
function contains(collection: Json, value: Json): boolean {
  if (Array.isArray(collection)) return collection.some((one) => same(one, value));
  if (typeof collection === 'string' && typeof value === 'string') return collection.includes(value);
  if (isObject(collection) && typeof value === 'string') return keyOf(collection, value) !== undefined;
  throw invalid(`contains: a value of type '${typeOf(collection)}' cannot contain one of type '${typeOf(value)}'.`);
}

function empty(value: Json): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  if (typeof value === 'string') return false;
  throw wrong(0, 'an array, an object or a text', value);
}

function sequence(args: Json[]): Json[] | string {
  const value = arg(args, 0);
  if (Array.isArray(value) || typeof value === 'string') return value;
  throw wrong(0, 'an array or a text', value);
}

function count(args: Json[]): number {
  const value = integer(args, 1);
  if (value >= 0) return value;
  throw invalid(`parameter 2 must not be negative, got ${value}.`);
}

/** The reference: range makes at most 100,000 integers. */
function size(value: number): number {
  if (value >= 0 && value <= 100_000) return value;
  throw invalid(`range: the count must be from 0 to 100000, got ${value}.`);
}

/** The reference: arrays or objects, but not both; of two properties with one name, the last. */
function union(args: Json[]): Json {
  if (!isObject(arg(args, 0))) return distinct(args.flatMap((_, n) => list(args, n)));
  return Object.fromEntries(args.flatMap((_, n) => Object.entries(object(args, n))));
}

function distinct(values: Json[]): Json[] {
  const kept = new Map<string, Json>();
  for (const value of values) {
    const key = JSON.stringify(sorted(value));
    if (!kept.has(key)) kept.set(key, value);
  }
  return [...kept.values()];
}

/** The same for equal values, whatever the order of their properties. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // An object, so that it never looks like an array of pairs.
  return { '': entries.map(([name, one]) => [name, sorted(one)]) };
}
