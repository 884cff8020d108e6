/**
 * Values of the definition language: their type names, their texts, when two
 * are equal, and the error of an expression. No I/O, no clock. It refuses to
 * convert silently: what the language calls a template error is a FlowError.
 */
import { isObject, type Json, type JsonObject } from '../definition.js';

/** Why an action failed; code and message end up in its record. */
export class FlowError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'FlowError';
    this.code = code;
  }
}

/** A template error, as every wrong expression is. */
export function invalid(message: string): FlowError {
  return new FlowError('InvalidTemplate', message);
}

/** The longest result of concat, base64 and string; documented in limits-and-config.md. */
export const MAX_TEXT = 131_072;
/** The longest expression; documented in limits-and-config.md. */
export const MAX_EXPRESSION = 8192;

/** The type's name in messages of the platform. */
export function typeOf(value: Json): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      // What 64 bits do not hold exactly here is no integer: nothing can be counted with it.
      return Number.isSafeInteger(value) ? 'Integer' : 'Float';
    default:
      return 'Object';
  }
}

/**
 * A value inside text: null is empty (documented in
 * workflow-definition-language-functions-reference.md#string); booleans are
 * `True` and `False` (field evidence); arrays and objects are their JSON.
 */
export function textOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Refuses a text that the platform would refuse to make. */
export function bounded(text: string, maker: string): string {
  if (text.length <= MAX_TEXT) return text;
  throw invalid(`the result of ${maker} has ${text.length} characters, more than the ${MAX_TEXT} allowed`);
}

/** Equal in type and value, deeply. A text never equals a number. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i] as Json));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(get(a, key), get(b, key)))
  );
}

function get(object: JsonObject, key: string): Json {
  return object[key] as Json;
}

/** The own key of `object` that is `name`; failing that, one that differs in case only (field evidence). */
export function keyOf(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower);
}
