/**
 * The device that goes on driving the mailbox after the story, while people
 * look at the app in two windows: it meets them through the relay flow, and the
 * mailbox through the two others, again and again. It has a book of its own,
 * kept beside what the flows hold. The first time it fills the mailbox, if
 * nobody did. Where somebody edits the mailbox by hand, or looks on, it hurries.
 */
import { isContactmeshError } from '../errors.js';
import type { Served } from '../flows/server.js';
import { openBook, openFileStorage, openFlowRelay } from '../node.js';
import { type Clock, systemClock } from '../relay/flow/clock.js';
import type { SystemHold } from '../systems/types.js';
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
  /** What the last turn left undone because it would take away much at once, and waits for a person. */
  readonly held: SystemHold | null;
  /** Answers that; the next turn, which comes now, does it. */
  confirm(token: string, answer: 'take' | 'keep'): Promise<void>;
  /** The mailbox was edited by hand: the next turn comes now, and for a while each lists everybody, so that who was deleted is missed. */
  hurry(): void;
  /** Somebody looks on: for a while turns come often enough for that. */
  watched(): void;
  /** Ends after the turn under way. */
  stop(): Promise<void>;
}

/** Between two turns: the first after something moved, and the longest while nothing does. */
const PAUSE_MS = { least: 2_000, watched: 5_000, most: 30_000 };
/** How long somebody who looked is taken to look on. */
const WATCH_MS = 10_000;
/** A deletion counts after four complete listings without the row; one more for the turn under way. */
const LISTINGS = 5;

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
  let held: SystemHold | null = null;
  const turn = async (audit = false): Promise<number> => {
    try {
      const met = await meetOthers();
      const report = await mailbox.sync({ audit });
      held = report.held;
      return met + movedIn(report) + (await meetOthers());
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
  const turns = new Turns(turn, clock);
  return {
    get contacts() {
      return mailbox.hands.see().length;
    },
    get held() {
      return held;
    },
    async confirm(token, answer) {
      await book.systems.confirm(MAILBOX, token, answer);
      held = null;
      turns.hurry();
    },
    hurry: () => turns.hurry(),
    watched: () => turns.watched(),
    async stop() {
      await turns.stop();
      await book.close();
    },
  };
}

/** Turn after turn: pauses grow while nothing moves, and end when there is a reason. */
class Turns {
  readonly #turn: (audit: boolean) => Promise<number>;
  readonly #clock: Clock;
  readonly #going: Promise<void>;
  #nap = new AbortController();
  #stopped = false;
  /** How many of the next turns list everybody. */
  #listings = 0;
  #watchedUntil = 0;

  constructor(turn: (audit: boolean) => Promise<number>, clock: Clock) {
    this.#turn = turn;
    this.#clock = clock;
    this.#going = this.#go();
  }

  hurry(): void {
    this.#listings = LISTINGS;
    this.#nap.abort();
  }

  watched(): void {
    const isNew = this.#clock.now() > this.#watchedUntil;
    this.#watchedUntil = this.#clock.now() + WATCH_MS;
    if (isNew) this.#nap.abort();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nap.abort();
    await this.#going;
  }

  async #go(): Promise<void> {
    for (let pause = PAUSE_MS.least; ; ) {
      // What was asked for during the turn ends this pause at once.
      await this.#clock.sleep(pause, this.#nap.signal);
      if (this.#stopped) return;
      this.#nap = new AbortController();
      const audit = this.#listings > 0;
      if (audit) this.#listings -= 1;
      const moved = await this.#turn(audit);
      pause = moved > 0 || this.#listings > 0 ? PAUSE_MS.least : Math.min(2 * pause, this.#longest());
    }
  }

  #longest(): number {
    return this.#clock.now() < this.#watchedUntil ? PAUSE_MS.watched : PAUSE_MS.most;
  }
}
