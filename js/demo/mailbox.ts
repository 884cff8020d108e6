/**
 * A mailbox that one of the devices drives, through the shipped flows on
 * Outlook's contacts. Where the engine asks whether a contact there is somebody
 * known, the person of this story says yes.
 */
import { join } from 'node:path';
import type { Book } from '../book.js';
import type { Hands } from '../flows/connectors/outlook/hands.js';
import type { Served } from '../flows/server.js';
import { openSystemFlows } from '../node.js';
import type { FlowSystem } from '../systems/flows.js';
import type { SystemReport, SystemStatus } from '../systems/types.js';

/** What the book calls the mailbox. */
export const MAILBOX = 'outlook';
/** Where the book that drives the mailbox lies, beside what the flows hold. */
export const driverFolder = (folder: string): string => join(folder, 'driver.book');
/** Nobody else waits for these flows: what failed is repeated at once. */
const AT_ONCE = { random: () => 0 };

export class Mailbox {
  readonly #book: Book;
  readonly #flows: FlowSystem;
  readonly hands: Hands;

  /** Connects the mailbox of served flows to a book, which drives it from now on. */
  static async open(book: Book, served: Served): Promise<Mailbox> {
    const { 'outlook-pull': pull = '', 'outlook-apply': apply = '' } = served.urls;
    if (served.outlook === undefined) throw new Error('the flows on Outlook are not served');
    const flows = await openSystemFlows({ pull, apply, ...AT_ONCE });
    // Whoever drives it already goes on: one who begins anew would be asked about everything that differs.
    const drives = book.systems.list().includes(MAILBOX) && book.systems.status(MAILBOX).isDriver;
    if (!drives) await book.systems.connect(MAILBOX, { kind: 'outlook', book: 'contacts', takeOver: true });
    return new Mailbox(book, flows, served.outlook.hands);
  }

  private constructor(book: Book, flows: FlowSystem, hands: Hands) {
    this.#book = book;
    this.#flows = flows;
    this.hands = hands;
  }

  get requests(): number {
    return this.#flows.requests;
  }

  get status(): SystemStatus {
    return this.#book.systems.status(MAILBOX);
  }

  /** Rows of which nobody has said yet whose they are, and the cards that are held back for it. */
  get waiting(): Set<string> {
    return new Set(this.status.parked.flatMap(({ row, cards }) => [row, ...cards]));
  }

  sync(options: { onProgress?: () => void; audit?: boolean } = {}): Promise<SystemReport> {
    return this.#book.systems.sync(MAILBOX, this.#flows, options);
  }

  /** Says of every contact that may be somebody known that it is; answers how many that were. */
  async decide(): Promise<number> {
    let decided = 0;
    for (const { row, why, cards } of this.status.parked) {
      const [card] = cards;
      if (why !== 'proposal' || card === undefined) continue;
      await this.#book.systems.decide(MAILBOX, row, card);
      decided += 1;
    }
    return decided;
  }
}

/** How much a run moved, in either direction. */
export function movedIn({ created, edited, linked, deleted, moved, sent, stale, unknown }: SystemReport): number {
  return created + edited + linked + deleted + moved + sent + stale + unknown;
}
