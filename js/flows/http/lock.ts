/**
 * Keeps two servers from one folder: both would hand out the same numbers. Each
 * puts a file of its own there, whole, and then looks for others: of two, the
 * one that came later sees the former, so there is no moment between looking
 * and taking. A file whose process is gone does not count. It is for mistakes
 * of people on one machine, not for shared disks.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ContactmeshError } from '../../errors.js';
import { describeSelf, type Holder, isAlive, parseHolder } from '../../storage/file/holder.js';
import { putWhole } from '../files.js';

const NAME = /^serving(-[0-9a-f]{16})?$/;

/** Answers what gives the folder back. Throws `flow-locked` while another server has it. */
export function lockFolder(folder: string): () => void {
  const mine = `serving-${randomBytes(8).toString('hex')}`;
  const unlock = () => rmSync(join(folder, mine), { force: true });
  putWhole(join(folder, mine), JSON.stringify(describeSelf('flows serve')));
  try {
    for (const other of readdirSync(folder)) {
      if (!NAME.test(other) || other === mine) continue;
      const holder = holderOf(join(folder, other));
      if (holder !== undefined && isAlive(holder)) throw locked(folder, holder);
      rmSync(join(folder, other), { force: true });
    }
  } catch (error) {
    unlock();
    throw error;
  }
  return unlock;
}

/** Undefined for a file that is none of ours, and for one that is gone by now. */
function holderOf(path: string): Holder | undefined {
  try {
    return parseHolder(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function locked(folder: string, { pid, host }: Holder): ContactmeshError {
  const who = pid === process.pid ? `process ${pid} (this one)` : `process ${pid}`;
  return new ContactmeshError(
    'flow-locked',
    `serving ${folder}: ${who} on ${host} serves it already; stop that one or choose another folder`,
  );
}
