/**
 * Two replicas of one book, each an engine instance of its own over a store of
 * its own, the shipped relay flow in the local runtime, which both reach
 * over HTTP as they would reach Power Automate, and a mailbox, which the first
 * of them drives through two more flows. All of it is in a folder that is
 * removed at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Book } from '../book.js';
import { type Served, serveFlows } from '../flows/server.js';
import type { FlowName } from '../flows/shipped/index.js';
import { type FlowRelay, openBook, openFileStorage, openFlowRelay } from '../node.js';
import { driverFolder, Mailbox, movedIn } from './mailbox.js';

export const NAMES = ['Laptop', 'Phone'] as const;
/** What the books call the relay. */
export const RELAY = 'relay flow';
/** The name of the log on it. */
export const LOG = 'contacts';

export interface Device {
  book: Book;
  relay: FlowRelay;
}

export interface Replicas {
  devices: [Device, Device];
  books: [Book, Book];
  flow: Served;
  mailbox: Mailbox;
  /** From now on the answers of so many requests to a flow are lost on their way; the flow does its work. */
  loseAnswers(counts: Partial<Record<FlowName, number>>): void;
  remove(): Promise<void>;
}

/** `kept` is where what the flows hold shall stay, and the book that drives the mailbox; it is removed with the rest otherwise. */
export async function openReplicas(kept?: string): Promise<Replicas> {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-'));
  let toLose: Partial<Record<FlowName, number>> = {};
  const faults = (_request: number, name: FlowName) => {
    const left = toLose[name] ?? 0;
    toLose[name] = left - 1;
    return left > 0 ? ('reset-after' as const) : undefined;
  };
  const place = kept ?? join(folder, 'flow');
  const flow = await serveFlows({ folder: place, flows: 'outlook', faults });
  const open = async (name: string, where: string): Promise<Device> => ({
    book: await openBook({ storage: await openFileStorage(where), name }),
    // Nobody else waits for this flow: what failed is repeated at once.
    relay: await openFlowRelay({ url: flow.url, book: LOG, random: () => 0 }),
  });
  const devices: [Device, Device] = [
    await open(NAMES[0], driverFolder(place)),
    await open(NAMES[1], join(folder, NAMES[1])),
  ];
  return {
    devices,
    books: [devices[0].book, devices[1].book],
    flow,
    mailbox: await Mailbox.open(devices[0].book, flow),
    loseAnswers(counts) {
      toLose = { ...counts };
    },
    async remove() {
      for (const { book } of devices) await book.close();
      await flow.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What moved while the two met. */
export interface Meeting {
  /** Requests that went out, repeats included. */
  requests: number;
  bytes: number;
  /** Flow actions: what a licence counts. */
  actions: number;
}

/** Lets both exchange with the flow, and the first with the mailbox, until a whole round moves nothing. */
export async function meet(replicas: Replicas): Promise<Meeting> {
  const { devices, flow, mailbox } = replicas;
  const before = { requests: requestsOf(replicas), runs: flow.history().length };
  let bytes = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = 0;
    // The first once more after the second, so that the mailbox is told what both say, and not what a half of them did.
    for (const { book, relay } of [...devices, devices[0]]) {
      const synced = await book.sync(relay, { name: RELAY });
      bytes += synced.bytes;
      moved += synced.pushed + synced.accepted;
    }
    moved += movedIn(await mailbox.sync());
    if (moved === 0) break;
  }
  const runs = flow.history().slice(before.runs);
  const actions = runs.reduce((sum, run) => sum + run.actions, 0);
  return { requests: requestsOf(replicas) - before.requests, bytes, actions };
}

/** Two replicas and a mailbox need three rounds to meet and one to find nothing left; more would be a bug that `settled` reports. */
const MOST_ROUNDS = 10;

/** Says whether both show and keep the same, a further round sends nothing, and the flow's list holds nothing twice. */
export async function settled({ devices, books, flow, mailbox }: Replicas): Promise<boolean> {
  if (books[0].stateHash() !== books[1].stateHash()) return false;
  for (const { book, relay } of devices) {
    const synced = await book.sync(relay, { name: RELAY });
    if (synced.pushed > 0 || synced.accepted > 0) return false;
  }
  if (movedIn(await mailbox.sync()) > 0) return false;
  return new Set(flow.list.rows.map(({ Title }) => Title)).size === flow.list.rows.length;
}

function requestsOf({ devices, mailbox }: Replicas): number {
  return devices.reduce((sum, { relay }) => sum + relay.requests, mailbox.requests);
}
