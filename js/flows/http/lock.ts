/**
 * Keeps two servers from one folder: both would hand out the same numbers. A
 * file names the process that serves; one that is gone does not count. It is
 * for mistakes of people on one machine, not for shared disks.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContactmeshError } from '../../errors.js';

/** Answers what gives the folder back. Throws `flow-locked` while another server has it. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'serving');
  const mine = String(process.pid);
  try {
    writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(path, 'utf8'));
    if (isAlive(holder)) {
      throw new ContactmeshError(
        'flow-locked',
        `process ${holder} serves ${folder} already; stop it or choose another folder`,
      );
    }
    writeFileSync(path, mine, { mode: 0o600 });
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
