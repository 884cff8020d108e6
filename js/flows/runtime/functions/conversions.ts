/**
 * Conversions between types, documented in
 * workflow-definition-language-functions-reference.md ("Conversion
 * functions"). XML and binary values are not offered.
 */
import type { Json } from '../../definition.js';
import { bounded, invalid, textOf, typeOf } from '../value.js';
import { arg, fn, type Table, text } from './arguments.js';

export const CONVERSIONS: Table = {
  string: fn(1, 1, (args) => bounded(textOf(arg(args, 0)), 'string()')),
  int: fn(1, 1, (args) => toInt(arg(args, 0))),
  float: fn(1, 1, (args) => toFloat(arg(args, 0))),
  bool: fn(1, 1, (args) => toBool(arg(args, 0))),
  json: fn(1, 1, (args) => toJson(arg(args, 0))),
  base64: fn(1, 1, (args) => bounded(encode(text(args, 0)), 'base64()')),
  base64ToString: fn(1, 1, (args) => decode(text(args, 0))),
  encodeUriComponent: fn(1, 1, (args) => encodeURIComponent(text(args, 0))),
  uriComponent: fn(1, 1, (args) => encodeURIComponent(text(args, 0))),
  decodeUriComponent: fn(1, 1, (args) => decodeUri(text(args, 0))),
  uriComponentToString: fn(1, 1, (args) => decodeUri(text(args, 0))),
};

function toInt(value: Json): number {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  throw invalid(`int: '${textOf(value)}' is not a whole number.`);
}

function toFloat(value: Json): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw invalid(`float: '${textOf(value)}' is not a number.`);
}

function toBool(value: Json): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw invalid(`bool: '${textOf(value)}' is neither true nor false.`);
}

function toJson(value: Json): Json {
  if (typeof value !== 'string') {
    if (value !== null && typeof value === 'object') return value;
    throw invalid(`json: a value of type '${typeOf(value)}' is no JSON text.`);
  }
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw invalid('json: the text is not valid JSON.');
  }
}

function encode(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

function decode(value: string): string {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0)
    return Buffer.from(value, 'base64').toString('utf8');
  throw invalid('base64ToString: the text is not base64.');
}

function decodeUri(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid('decodeUriComponent: the text is not URI-encoded.');
  }
}
