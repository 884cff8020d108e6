/**
 * Two replicas of one book, each an engine instance of its own over a store of
 * its own, and the shipped relay flow in the local runtime, which both reach
 * over HTTP as they would reach Power Automate. All of it is in a folder that
 * is removed at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Book } from '../book.js';
import { type Served, serveFlows } from '../flows/server.js';
import { type FlowRelay, openBook, openFileStorage, openFlowRelay } from '../node.js';

export const NAMES = ['Laptop', 'Phone'] as const;
/** What the books call the relay. */
const RELAY = 'relay flow';

export interface Device {
  book: Book;
  relay: FlowRelay;
}

export interface Replicas {
  devices: [Device, Device];
  books: [Book, Book];
  flow: Served;
  /** From now on the answers of so many requests are lost on their way; the flow does its work. */
  loseAnswers(count: number): void;
  remove(): Promise<void>;
}

/** `kept` is where the flow's list shall stay; it is removed with the rest otherwise. */
export async function openReplicas(kept?: string): Promise<Replicas> {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-'));
  let toLose = 0;
  const faults = () => {
    toLose -= 1;
    return toLose >= 0 ? ('reset-after' as const) : undefined;
  };
  const flow = await serveFlows({ folder: kept ?? join(folder, 'flow'), faults });
  const open = async (name: string): Promise<Device> => ({
    book: await openBook({ storage: await openFileStorage(join(folder, name)), name }),
    // Nobody else waits for this flow: what failed is repeated at once.
    relay: await openFlowRelay({ url: flow.url, book: 'contacts', random: () => 0 }),
  });
  const devices: [Device, Device] = [await open(NAMES[0]), await open(NAMES[1])];
  return {
    devices,
    books: [devices[0].book, devices[1].book],
    flow,
    loseAnswers(count) {
      toLose = count;
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

/** Lets both exchange with the flow until a whole round moves nothing. */
export async function meet({ devices, flow }: Replicas): Promise<Meeting> {
  const before = { requests: requestsOf(devices), runs: flow.history().length };
  let bytes = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = 0;
    for (const { book, relay } of devices) {
      const synced = await book.sync(relay, { name: RELAY });
      bytes += synced.bytes;
      moved += synced.pushed + synced.accepted;
    }
    if (moved === 0) break;
  }
  const runs = flow.history().slice(before.runs);
  const actions = runs.reduce((sum, run) => sum + run.actions, 0);
  return { requests: requestsOf(devices) - before.requests, bytes, actions };
}

/** Two replicas need two rounds to meet and one to find nothing left; more would be a bug that `settled` reports. */
const MOST_ROUNDS = 10;

/** Says whether both show and keep the same, a further round sends nothing, and the flow's list holds nothing twice. */
export async function settled({ devices, books, flow }: Replicas): Promise<boolean> {
  if (books[0].stateHash() !== books[1].stateHash()) return false;
  for (const { book, relay } of devices) {
    const synced = await book.sync(relay, { name: RELAY });
    if (synced.pushed > 0 || synced.accepted > 0) return false;
  }
  return new Set(flow.list.rows.map(({ Title }) => Title)).size === flow.list.rows.length;
}

function requestsOf(devices: Device[]): number {
  return devices.reduce((sum, { relay }) => sum + relay.requests, 0);
}
