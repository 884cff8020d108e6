/**
 * Functions on timestamps, documented in
 * workflow-definition-language-functions-reference.md ("Date and time
 * functions"), as far as shipped flows use them: timestamps of ISO 8601, and
 * two formats. Other formats are refused rather than guessed; the service reads
 * and writes many more.
 */
import type { Json } from '../../definition.js';
import { invalid } from '../value.js';
import { fn, integer, type Table, text } from './arguments.js';

export const DATES: Table = {
  addMinutes: fn(2, 3, (args) => written(moment(args) + integer(args, 1) * 60_000, args, 2)),
  formatDateTime: fn(1, 2, (args) => written(moment(args), args, 1)),
  ticks: fn(1, 1, (args) => ticks(moment(args))),
};

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?$/;
const EPOCH_TICKS = 621_355_968_000_000_000;

/** Milliseconds since 1970; a timestamp without a zone is in UTC. */
function moment(args: Json[]): number {
  const value = text(args, 0);
  const found = ISO.exec(value);
  const ms = found ? Date.parse(found[1] === undefined ? `${value}Z` : value) : Number.NaN;
  if (Number.isFinite(ms) && isDay(value.slice(0, 10))) return ms;
  throw invalid(`the text is not a timestamp that this runtime reads; it reads 2026-11-23T05:00:00Z`);
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** The default is the round-trip format, `o`. */
export function timestamp(ms: number, format = 'o'): string {
  const iso = new Date(ms).toISOString();
  if (format === 'o') return iso.replace('Z', '0000Z');
  if (format === 'yyyy-MM-ddTHH:mm:ssZ') return `${iso.slice(0, 19)}Z`;
  throw invalid(`this runtime does not know the date format '${format}'`);
}

function written(ms: number, args: Json[], n: number): string {
  return timestamp(ms, args.length > n ? text(args, n) : 'o');
}

/** Tenths of microseconds since the year 1. Beyond what a number holds exactly: right to some 13 microseconds. */
function ticks(ms: number): number {
  return EPOCH_TICKS + ms * 10_000;
}
