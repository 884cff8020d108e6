/**
 * The systems of record of the book that the host has open, for its connections:
 * what is known of them, and what a person decides. It runs none.
 */
import { isContactmeshError } from '../../errors.js';
import type { SystemOptions, SystemPlan, SystemStatus } from '../../systems/types.js';
import type { Keeper } from '../keeper.js';
import type { SystemSummary } from './report.js';

/** What a person says of a system. */
export type SystemDecision =
  | { kind: 'confirm'; token: string; answer: 'take' | 'keep' }
  | { kind: 'row'; row: string; card: string | null }
  | { kind: 'retry'; card: string };

export class SystemDesk {
  readonly #keeper: Keeper;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  async connect(name: string, options: SystemOptions): Promise<void> {
    await this.#keeper.use(true, (book) => book.systems.connect(name, options));
  }

  /** One that the book does not know is as good as forgotten. */
  async disconnect(name: string): Promise<void> {
    await this.#keeper.use(true, async (book) => {
      if (book.systems.list().includes(name)) await book.systems.disconnect(name);
    });
  }

  status(name: string): Promise<SystemStatus> {
    return this.#keeper.use(false, async (book) => book.systems.status(name));
  }

  plan(name: string): Promise<SystemPlan> {
    return this.#keeper.use(false, async (book) => book.systems.plan(name));
  }

  async decide(name: string, decision: SystemDecision): Promise<void> {
    await this.#keeper.use(true, ({ systems }) => {
      if (decision.kind === 'confirm') return systems.confirm(name, decision.token, decision.answer);
      if (decision.kind === 'row') return systems.decide(name, decision.row, decision.card);
      return systems.retry(name, decision.card);
    });
  }

  /** Of those that the book can say something about; the next run says what is wrong with others. */
  summaries(names: string[]): Promise<Map<string, { summary: SystemSummary; unsettled: number }>> {
    return this.#keeper.use(false, async (book) => {
      const known = book.systems.list();
      return new Map(
        names
          .filter((name) => known.includes(name))
          .flatMap((name) => {
            const status = readable(() => book.systems.status(name));
            return status === undefined ? [] : [[name, summaryOf(status)] as const];
          }),
      );
    });
  }
}

function readable(status: () => SystemStatus): SystemStatus | undefined {
  try {
    return status();
  } catch (error) {
    if (isContactmeshError(error, 'store-damaged')) return undefined;
    throw error;
  }
}

function summaryOf({ isDriver, rows, parked, refused, detached, held, unsettled }: SystemStatus) {
  const waiting = parked.length + refused.length + detached.length;
  return { summary: { isDriver, rows, waiting, held }, unsettled };
}
