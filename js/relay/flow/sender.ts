/**
 * Sends one request until it is answered, or until it makes no sense to go on
 * now. Everything it sends may be sent twice. It knows the rules of patience
 * (back-off, breaker, budget, the form that a browser may need) and nothing of
 * what is in a request.
 */
import type { ContactmeshError } from '../../errors.js';
import { backoff } from './backoff.js';
import { Breaker } from './breaker.js';
import type { Clock } from './clock.js';
import { type FlowErrorCode, type FlowFailure, flowError } from './failure.js';
import { type Form, post } from './post.js';
import { RetryBudget } from './retry-budget.js';
import { judge, type Verdict } from './verdict.js';
import type { Fetch, StopSignal } from './web.js';

/** One attempt, for a log. It holds no text of anybody's but ours. */
export interface FlowEvent {
  attempt: number;
  /** How long it took, in milliseconds. */
  took: number;
  outcome: 'answer' | FlowErrorCode;
  status?: number;
  /** How long until the next attempt, if there is one. */
  wait?: number;
}

/** Remembers which form a flow takes; keys are fingerprints, not addresses. */
export interface FormStore {
  load(key: string): Promise<Form | undefined>;
  save(key: string, form: Form): Promise<void>;
}

export interface SenderOptions {
  url: string;
  /** What stands for the address in the store. */
  key: string;
  fetch: Fetch;
  clock: Clock;
  random: () => number;
  log: (event: FlowEvent) => void;
  forms: FormStore | undefined;
  token: (() => Promise<string | undefined>) | undefined;
  /** How long to wait for an answer. */
  timeout: number;
  /** The longest wait between two attempts; what would take longer is for the caller to schedule. */
  patience: number;
  /** Once aborted, no further attempt is made; the one under way ends by itself. */
  signal: StopSignal | undefined;
}

const UNREADABLE = { kind: 'again', code: 'flow-unknown', failure: { status: 200, unknown: true }, floor: 0 } as const;

export class Sender {
  readonly #options: SenderOptions;
  readonly #breaker = new Breaker();
  readonly #budget: RetryBudget;
  /** The form to send; absent until it is known what is remembered. */
  #form: Form | undefined;
  /** The form that is remembered, because it was answered. */
  #remembered: Form | undefined;
  #withToken = true;
  #requests = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#budget = new RetryBudget(options.clock.now());
  }

  /** How many requests went out. */
  get requests(): number {
    return this.#requests;
  }

  /** Resolves to what `read` makes of the answer; what it cannot read is sent again. */
  async send<T>(body: string, read: (answer: Record<string, unknown>) => T | undefined): Promise<T> {
    const { clock, random, patience, signal } = this.#options;
    let last: ContactmeshError | undefined;
    for (let attempt = 1; ; attempt += 1) {
      if (signal?.aborted) throw last ?? flowError('flow-stopped');
      const rest = this.#breaker.wait(clock.now());
      if (rest > 0) throw last ?? flowError('flow-resting', { retryIn: rest });
      if (attempt === 1) this.#budget.earn();
      const started = clock.now();
      const verdict = await this.#attempt(body, read);
      const took = Math.round(clock.now() - started);
      if ('result' in verdict) {
        this.#breaker.succeeded();
        this.#options.log({ attempt, took, outcome: 'answer', status: 200 });
        return verdict.result;
      }
      const { code } = verdict;
      const failure: FlowFailure = { ...verdict.failure, attempts: attempt };
      const event = { attempt, took, outcome: code, ...status(failure) };
      if (verdict.kind === 'stop') {
        this.#options.log(event);
        throw flowError(code, failure);
      }
      this.#breaker.failed(clock.now());
      const delay = backoff(attempt - 1, random, verdict.floor);
      const wait = Math.max(delay, this.#breaker.wait(clock.now()));
      last = flowError(code, { ...failure, retryIn: wait });
      const goOn = wait <= patience && !this.#breaker.open;
      if (!goOn || signal?.aborted || !this.#budget.spend(clock.now())) {
        this.#options.log(event);
        throw last;
      }
      this.#options.log({ ...event, wait });
      await clock.sleep(wait, signal);
    }
  }

  async #attempt<T>(body: string, read: (answer: Record<string, unknown>) => T | undefined) {
    this.#breaker.start();
    const form = await this.#formToTry();
    let { verdict, opaque } = await this.#once(body, form);
    // A browser that may not ask with JSON looks like a network that is down: the next attempt uses the other form.
    if (opaque) this.#form = form === 'json' ? 'text' : 'json';
    if (verdict.kind === 'stop' && verdict.code === 'flow-shared-access' && this.#withToken && this.#options.token) {
      this.#withToken = false;
      ({ verdict } = await this.#once(body, form));
    }
    if (verdict.kind !== 'answer') return verdict;
    const result = read(verdict.body);
    if (result === undefined) return UNREADABLE;
    if (this.#remembered !== form) await this.#options.forms?.save(this.#options.key, form);
    this.#remembered = form;
    return { result };
  }

  async #formToTry(): Promise<Form> {
    if (this.#form === undefined) {
      this.#remembered = await this.#options.forms?.load(this.#options.key);
      this.#form = this.#remembered ?? 'json';
    }
    return this.#form;
  }

  async #once(body: string, form: Form): Promise<{ verdict: Verdict; opaque: boolean }> {
    const { url, fetch, clock, timeout, token } = this.#options;
    const bearer = this.#withToken ? await token?.() : undefined;
    this.#requests += 1;
    const reply = await post(body, form, { url, fetch, clock, timeout, token: bearer });
    if ('status' in reply) return { verdict: judge(reply, clock), opaque: false };
    const { code, failure, opaque } = reply;
    return { verdict: { kind: 'again', code, failure, floor: 0 }, opaque };
  }
}

function status({ status }: FlowFailure): { status?: number } {
  return status === undefined ? {} : { status };
}
