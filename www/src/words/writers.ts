/** Who wrote a value and when, in words. A label is what a person called the device. */
import type { Writer } from 'contactmesh';
import { runName, systemName } from './systems.js';
import { whenLong, whenShort } from './time.js';

/** `own` is the id of this replica. */
export function writerText(writer: Writer, own: string): string {
  const device = deviceName(writer, own);
  if (writer.origin === 'import') return `Imported from ${writer.run ?? 'a file'} on ${device}`;
  if (writer.origin === 'system') return `From ${systemName(writer.system ?? 'a system')}, through ${device}`;
  if (writer.origin === 'person') return device;
  return 'Unknown';
}

/** What a system wrote: which one, when, in which run. */
export function originText({ system, time, run }: Writer): string {
  const name = systemName(system ?? 'a system');
  return `From ${name}, ${whenLong(time)}${run === undefined ? '' : `, in run ${runName(run)}`}`;
}

/** Every writer: two people may have typed the same. */
export function writersText(writers: Writer[], own: string): string {
  const texts = writers.map((writer) => `${writerText(writer, own)}, ${whenShort(writer.time)}`);
  return texts.length === 0 ? 'by somebody unknown' : [...new Set(texts)].join(' · ');
}

function deviceName({ label, replica }: Writer, own: string): string {
  if (replica === own) return label === undefined ? 'this device' : `${label} (this device)`;
  return label ?? (replica === undefined ? 'another device' : `device ${replica.slice(0, 6)}`);
}
