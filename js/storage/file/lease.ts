/**
 * The lease of a book: the file `book.lease-<epoch>`, holding who has it. The
 * highest epoch is the holder. A file appears whole (written aside, then
 * linked to its name, which fails if the name is taken), so two processes
 * cannot take over at once. Epochs never fall: each one is written into the log
 * before its holder may commit, and it is the log that keeps out a writer whose
 * lease is gone. This file only says whom to ask first. No clock is used.
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ContactmeshError } from '../../errors.js';
import type { Holder } from './holder.js';
import { describeSelf, isAlive, parseHolder } from './holder.js';
import type { FileOps } from './ops.js';
import { appendAll, errno, readSmall, unlinkIfThere } from './ops.js';

const NAME = /^book\.lease-(\d{1,15})$/;
const ATTEMPTS = 50;

export class HeldLease {
  readonly epoch: number;
  readonly #ops: FileOps;
  readonly #folder: string;

  constructor(ops: FileOps, folder: string, epoch: number) {
    this.#ops = ops;
    this.#folder = folder;
    this.epoch = epoch;
  }

  async drop(): Promise<void> {
    await unlinkIfThere(this.#ops, leasePath(this.#folder, this.epoch));
  }
}

/** Takes the lease with an epoch above `floor`, the highest the log is known to hold. */
export async function takeLease(
  ops: FileOps,
  folder: string,
  name: string,
  floor: number,
  steal: boolean,
): Promise<HeldLease> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const highest = Math.max(0, ...(await epochs(ops, folder)));
    if (highest > 0 && !steal) {
      const holder = parseHolder((await readSmall(ops, leasePath(folder, highest)))?.toString() ?? '');
      if (holder && isAlive(holder)) throw locked(folder, holder, highest);
    }
    const epoch = Math.max(highest, floor) + 1;
    if (!(await claim(ops, folder, epoch, name))) continue;
    const all = await epochs(ops, folder);
    const lease = new HeldLease(ops, folder, epoch);
    if (all.some((other) => other > epoch)) {
      await lease.drop();
      continue;
    }
    for (const other of all) if (other < epoch) await unlinkIfThere(ops, leasePath(folder, other));
    return lease;
  }
  throw new ContactmeshError(
    'storage-locked',
    `taking the lease of the book in ${folder}: other processes keep taking it at the same moment. Try again.`,
  );
}

async function claim(ops: FileOps, folder: string, epoch: number, name: string): Promise<boolean> {
  const aside = join(folder, `book.claim-${randomBytes(8).toString('hex')}`);
  try {
    const file = await ops.open(aside, 'create');
    try {
      await appendAll(file, Buffer.from(JSON.stringify(describeSelf(name))));
    } finally {
      await file.close();
    }
    await ops.link(aside, leasePath(folder, epoch));
    return true;
  } catch (error) {
    // The name is taken, or a new holder has tidied our file away.
    if (errno(error) === 'EEXIST' || errno(error) === 'ENOENT') return false;
    throw error;
  } finally {
    await unlinkIfThere(ops, aside).catch(() => {});
  }
}

async function epochs(ops: FileOps, folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await ops.list(folder)) {
    const match = NAME.exec(name);
    if (match) found.push(Number(match[1]));
  }
  return found;
}

function leasePath(folder: string, epoch: number): string {
  return join(folder, `book.lease-${epoch}`);
}

function locked(folder: string, holder: Holder, epoch: number): ContactmeshError {
  const own = holder.pid === process.pid ? ' (this one)' : '';
  return new ContactmeshError(
    'storage-locked',
    `taking the lease of the book in ${folder}: process ${holder.pid}${own} on ${holder.host} holds it as "${holder.name}". Close that one first; if you are sure that it no longer runs, take the lease from it with { steal: true }.`,
    { details: { pid: holder.pid, host: holder.host, name: holder.name, epoch } },
  );
}
