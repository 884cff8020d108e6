/**
 * Who holds a lease, and whether that process still lives. A process id alone
 * says little: ids are used again, and a restarted container gets the same one.
 * Where the system tells (Linux), the start time, the boot and the id space
 * are compared too. What cannot be known counts as alive: taking a lease from
 * the living is for a person to ask for.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Holder {
  pid: number;
  host: string;
  /** When the process started, in the system's own unit; empty if unknown. */
  start: string;
  /** Which boot of the machine; empty if unknown. */
  boot: string;
  /** Which space of process ids; empty if unknown. */
  space: string;
  /** What the holder calls itself. */
  name: string;
}

export function describeSelf(name: string): Holder {
  return { ...whereAmI(), pid: process.pid, start: seen(process.pid)?.start ?? '', name };
}

export function isAlive(holder: Holder): boolean {
  const here = whereAmI();
  if (holder.host !== here.host) return true;
  if (holder.boot !== '' && here.boot !== '' && holder.boot !== here.boot) return false;
  if (holder.space !== here.space) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // There is a process of that id, which may be another user's and not to be looked at.
  const found = seen(holder.pid);
  if (found === undefined) return true;
  return !found.ended && (holder.start === '' || found.start === holder.start);
}

/** Reads a holder back; undefined for anything that is none. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, host, start, boot, space, name } = value as Record<string, unknown>;
    if (!Number.isSafeInteger(pid) || (pid as number) <= 0) return undefined;
    return {
      pid: pid as number,
      host: String(host),
      start: String(start),
      boot: String(boot),
      space: String(space),
      name: String(name),
    };
  } catch {
    return undefined;
  }
}

function whereAmI(): { host: string; boot: string; space: string } {
  return {
    host: hostname(),
    boot: quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    space: quietly(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

/** When a process started, and whether it has ended but for its name; undefined if that cannot be seen. */
function seen(pid: number): { start: string; ended: boolean } | undefined {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name in parentheses may hold anything; the fields after it are plain.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const start = fields?.[19];
  if (fields === undefined || start === undefined) return undefined;
  return { start, ended: fields[0] === 'Z' || fields[0] === 'X' };
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
