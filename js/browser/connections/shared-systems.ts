/**
 * The systems of record of a shared book, as a tab sees them: what would be
 * sent, what waits, and what a person decides. They are connected and synced
 * like relays, through `connections`. What is decided, the next run does, soon.
 */
import type { SystemPlan, SystemStatus } from '../../systems/types.js';
import type { Link } from '../link.js';
import type { AnyMethod } from '../protocol.js';
import type { SystemDecision } from './systems.js';

export class SharedSystems {
  readonly #link: Link;
  readonly #assertOpen: (method: AnyMethod) => void;

  /** @internal `SharedBook.systems` is the way. */
  constructor(link: Link, assertOpen: (method: AnyMethod) => void) {
    this.#link = link;
    this.#assertOpen = assertOpen;
  }

  /** Rows, what waits for a person, and why. */
  async status(name: string): Promise<SystemStatus> {
    this.#assertOpen('systemStatus');
    return this.#link.call('systemStatus', [name]);
  }

  /** Exactly what would be sent now, field by field, with who wrote it. Sends nothing. */
  async plan(name: string): Promise<SystemPlan> {
    this.#assertOpen('systemPlan');
    return this.#link.call('systemPlan', [name]);
  }

  /** Lets a held run pass: `take` believes what is held, `keep` keeps what the other side has. */
  confirm(name: string, token: string, answer: 'take' | 'keep'): Promise<void> {
    return this.#decide(name, { kind: 'confirm', token, answer });
  }

  /** Says whose a parked row is: a card's, or with null a person's whom the book does not know. */
  decide(name: string, row: string, card: string | null): Promise<void> {
    return this.#decide(name, { kind: 'row', row, card });
  }

  /** Sends once more what the system refused for a card, or what was kept back for it. */
  retry(name: string, card: string): Promise<void> {
    return this.#decide(name, { kind: 'retry', card });
  }

  async #decide(name: string, decision: SystemDecision): Promise<void> {
    this.#assertOpen('decideSystem');
    await this.#link.call('decideSystem', [name, decision]);
  }
}
