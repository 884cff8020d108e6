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
  return { ...whereAmI(), pid: process.pid, start: startOf(process.pid) ?? '', name };
}

export function isAlive(holder: Holder): boolean {
  const here = whereAmI();
  if (holder.host !== here.host) return true;
  if (holder.boot !== here.boot) return false;
  if (holder.space !== here.space) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (holder.start === '') return true;
  return startOf(holder.pid) === holder.start;
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

/** The start time of a living process; undefined if it has ended or cannot be seen. */
function startOf(pid: number): string | undefined {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name in parentheses may hold anything; the fields after it are plain.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
