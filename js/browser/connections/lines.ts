/**
 * Connections made ready for runs. A line remembers what it learnt of its flow
 * (which form it takes, whether it is down); one that was stopped, or whose
 * network changed, is forgotten and made anew.
 */
import { relayNameOfFlow } from '../../connections/connection.js';
import { memoised } from '../../memo.js';
import type { FlowOptions } from '../../relay/flow/options.js';
import { openFlowRelay } from '../../relay/flow/relay.js';
import type { Line } from '../../schedule/line.js';
import { openSystemFlows } from '../../systems/flows.js';
import type { Cupboard } from './cupboard.js';
import { ConnectionDrawer, type Kept, LetterDrawer, StateDrawer } from './records.js';

/** Milliseconds between runs while something moves, and at most. */
const SOON = 60_000;
const RARELY = 900_000;
/** The longest wait between two attempts of one run: somebody may be looking on. */
const PATIENCE = 15_000;

export class Lines {
  readonly #cupboard: Cupboard;
  readonly #ready = new Map<string, { line: Line; stop: AbortController }>();

  constructor(cupboard: Cupboard) {
    this.#cupboard = cupboard;
  }

  of(kept: Kept): Line {
    const known = this.#ready.get(kept.name);
    if (known !== undefined) return known.line;
    const stop = new AbortController();
    const line = this.#make(kept, stop.signal);
    this.#ready.set(kept.name, { line, stop });
    return line;
  }

  /** The next run begins with what is kept; one under way goes on. */
  forget(name: string): void {
    this.#ready.delete(name);
  }

  /** Ends what the line does, at once. A request that was sent may have its effect; the next run sends the same again. */
  stop(name: string): void {
    this.#ready.get(name)?.stop.abort();
    this.forget(name);
  }

  #make(kept: Kept, signal: AbortSignal): Line {
    const { name, actions } = kept;
    const pace = { min: SOON, max: RARELY, actions };
    const drawer = new ConnectionDrawer(this.#cupboard);
    const options = (): FlowOptions => ({
      forms: new StateDrawer(this.#cupboard),
      // Without a network one attempt tells as much as ten.
      patience: navigator.onLine ? PATIENCE : 0,
      fetch: (address, init) => fetch(address, { ...init, signal: either(init?.signal, signal) }),
      signal,
    });
    if (kept.kind === 'outlook') {
      const flows = async () => openSystemFlows({ ...(await drawer.addressesOf(kept)), ...options() });
      return { name, pace, flows: memoised(flows) };
    }
    const letters = new LetterDrawer(this.#cupboard, name);
    const open = async () =>
      openFlowRelay({ url: await drawer.addressOf(kept), book: kept.log, letters, ...options() });
    return { name, relayName: relayNameOfFlow(name), pace, open: memoised(open) };
  }
}

/** Aborted as soon as one of them is. `other` outlives every request: nothing of a request may stay on it. */
function either(one: AbortSignal | null | undefined, other: AbortSignal): AbortSignal {
  return one ? AbortSignal.any([one, other]) : other;
}
