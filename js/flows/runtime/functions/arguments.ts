/**
 * Reads the arguments of a function: each is of the type that the reference
 * documents, or the call is a template error that says which one was not.
 */
import { isObject, type Json, type JsonObject } from '../../definition.js';
import { invalid, typeOf } from '../value.js';

export interface Fn {
  least: number;
  most: number;
  run(args: Json[]): Json;
  /** Of a function that does not need all its arguments: whether it has enough, or the index of one to pass over. */
  upto?(args: Json[]): 'enough' | number | undefined;
}

export type Table = Record<string, Fn>;

export function fn(least: number, most: number, run: (args: Json[]) => Json): Fn {
  return { least, most, run };
}

/** What is wrong with so many arguments, if anything is. */
export function countMistake(name: string, count: number, { least, most }: Fn): string | undefined {
  if (count >= least && count <= most) return undefined;
  return `The template function '${name}' does not take ${count} parameter(s).`;
}

export const MANY: number = Number.POSITIVE_INFINITY;

/** The n-th argument; null where the caller gave none. */
export function arg(args: Json[], n: number): Json {
  return args[n] ?? null;
}

export function text(args: Json[], n: number): string {
  const value = arg(args, n);
  if (typeof value === 'string') return value;
  throw wrong(n, 'a text', value);
}

export function number(args: Json[], n: number): number {
  const value = arg(args, n);
  if (typeof value === 'number') return value;
  throw wrong(n, 'a number', value);
}

export function integer(args: Json[], n: number): number {
  const value = arg(args, n);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrong(n, 'an integer', value);
}

export function bool(args: Json[], n: number): boolean {
  const value = arg(args, n);
  if (typeof value === 'boolean') return value;
  throw wrong(n, 'a boolean', value);
}

export function list(args: Json[], n: number): Json[] {
  const value = arg(args, n);
  if (Array.isArray(value)) return value;
  throw wrong(n, 'an array', value);
}

export function object(args: Json[], n: number): JsonObject {
  const value = arg(args, n);
  if (isObject(value)) return value;
  throw wrong(n, 'an object', value);
}

export function wrong(n: number, wanted: string, value: Json): Error {
  return invalid(`parameter ${n + 1} must be ${wanted}, the provided value is of type '${typeOf(value)}'.`);
}
