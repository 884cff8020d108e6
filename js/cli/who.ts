/**
 * Who wrote a value and when, in words. A label is what a person chose; without
 * one, a replica goes by the beginning of its id.
 */
import type { Writer } from '../types.js';
import { line } from './text.js';

/** `by Laptop, 2026-11-23 08:50`; `own` is the id of this replica. */
export function who(writer: Writer, own: string): string {
  return `${by(writer, own)}, ${when(writer.time)}`;
}

/** Every writer of a value: two people may have typed the same. */
export function whoever(writers: Writer[], own: string): string {
  return writers.length === 0 ? 'by somebody unknown' : [...new Set(writers.map((one) => who(one, own)))].join('; ');
}

export function when(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function by(writer: Writer, own: string): string {
  const replica = replicaName(writer, own);
  if (writer.origin === 'person') return `by ${replica}`;
  if (writer.origin === 'import') return `imported from ${line(writer.run ?? 'a file')} by ${replica}`;
  if (writer.origin === 'system') {
    const run = writer.run === undefined ? '' : ` in run ${line(writer.run)}`;
    return `from ${line(writer.system ?? 'a system')}${run}, through ${replica}`;
  }
  return 'by somebody unknown';
}

function replicaName({ label, replica }: Writer, own: string): string {
  if (label !== undefined) return line(label);
  if (replica === own) return 'this replica';
  return replica === undefined ? 'a replica' : `replica ${replica.slice(0, 6)}`;
}
