/**
 * The device that goes on driving the mailbox after the story, while people
 * look at the app in two windows: it meets them through the relay flow, and the
 * mailbox through the two others, again and again. It has a book of its own,
 * kept beside what the flows hold. The first time it fills the mailbox, if
 * nobody did.
 */
import { isContactmeshError } from '../errors.js';
import type { Served } from '../flows/server.js';
import { openBook, openFileStorage, openFlowRelay } from '../node.js';
import { type Clock, systemClock } from '../relay/flow/clock.js';
import { driverFolder, MAILBOX, Mailbox, movedIn } from './mailbox.js';
import { seedMailbox } from './outlook-user.js';
import { LOG, RELAY } from './replicas.js';

export interface DriverOptions {
  /** Where what the flows hold is kept. */
  folder: string;
  flow: Served;
  /** Hears what went wrong, once for each kind; the next turn tries again. */
  onTrouble(message: string): void;
  clock?: Clock;
}

export interface Driver {
  /** How many contacts the mailbox holds. */
  readonly contacts: number;
  /** Ends after the turn under way. */
  stop(): Promise<void>;
}

/** Between two turns: the first after something moved, and the longest while nothing does. */
const PAUSE_MS = { least: 2_000, most: 30_000 };

/** Begins; resolves after the first turn. */
export async function drive({ folder, flow, onTrouble, clock = systemClock }: DriverOptions): Promise<Driver> {
  const book = await openBook({ storage: await openFileStorage(driverFolder(folder)), name: 'Mailbox driver' });
  const relay = await openFlowRelay({ url: flow.url, book: LOG });
  const isNew = !book.systems.list().includes(MAILBOX);
  const mailbox = await Mailbox.open(book, flow);
  const meetOthers = async () => {
    const { pushed, accepted } = await book.sync(relay, { name: RELAY });
    return pushed + accepted;
  };
  const said = new Set<string>();
  const turn = async (): Promise<number> => {
    try {
      return (await meetOthers()) + movedIn(await mailbox.sync()) + (await meetOthers());
    } catch (error) {
      if (!isContactmeshError(error)) throw error;
      if (!said.has(error.code)) onTrouble(error.message);
      said.add(error.code);
      return 0;
    }
  };
  if (isNew) {
    await meetOthers();
    seedMailbox(mailbox.hands, book);
  }
  await turn();
  const stopping = new AbortController();
  const turns = goOn(turn, clock, stopping.signal);
  return {
    get contacts() {
      return mailbox.hands.see().length;
    },
    async stop() {
      stopping.abort();
      await turns;
      await book.close();
    },
  };
}

async function goOn(turn: () => Promise<number>, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let pause = PAUSE_MS.least; !signal.aborted; ) {
    await clock.sleep(pause, signal);
    if (signal.aborted) return;
    const moved = await turn();
    pause = moved > 0 ? PAUSE_MS.least : Math.min(2 * pause, PAUSE_MS.most);
  }
}
