/**
 * The calls of a tab that wait for an answer. It knows which may be asked
 * again when a host is gone, and what to say of the others.
 */
import { ContactmeshError } from '../errors.js';
import type { Relay } from '../relay/port.js';
import type { Progress } from '../types.js';
import { type AnyMethod, isSafeTwice } from './protocol.js';

/** What the host may ask for, or tell, while a call is under way. */
export interface Extras {
  relay?: Relay;
  onProgress?: Progress | undefined;
}

export interface Pending extends Extras {
  method: AnyMethod;
  args: unknown[];
  /** Whether the present host was asked. */
  sent: boolean;
  /** How many hosts were asked. */
  asked: number;
  settle(value: unknown): void;
  fail(error: unknown): void;
}

/** A call that so many hosts did not live to answer is likely to be the reason. */
const MOST_HOSTS = 3;

export class PendingCalls {
  readonly #calls = new Map<number, Pending>();
  readonly #onNone: () => void;
  #count = 0;
  #idle: (() => void)[] = [];

  /** `onNone` is told when no call waits any more. */
  constructor(onNone: () => void) {
    this.#onNone = onNone;
  }

  add(call: Omit<Pending, 'sent' | 'asked'>): number {
    this.#count += 1;
    this.#calls.set(this.#count, { ...call, sent: false, asked: 0 });
    return this.#count;
  }

  get(call: number): Pending | undefined {
    return this.#calls.get(call);
  }

  /** The numbers of those that wait, in order. */
  numbers(): number[] {
    return [...this.#calls.keys()];
  }

  /** A call that is about to be settled. */
  take(call: number): Pending | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    if (pending !== undefined && this.#calls.size === 0) {
      this.#onNone();
      for (const settle of this.#idle.splice(0)) settle();
    }
    return pending;
  }

  failAll(error: unknown): void {
    for (const call of this.numbers()) this.take(call)?.fail(error);
  }

  /** Whether it makes no difference to ask again; if it does, the call fails. */
  mayAskAgain(call: number): boolean {
    const pending = this.#calls.get(call);
    if (pending === undefined) return false;
    if (isSafeTwice(pending.method) && pending.asked < MOST_HOSTS) return true;
    this.take(call)?.fail(movedFailure(pending));
    return false;
  }

  /** Resolves when no call waits. */
  idle(): Promise<void> {
    return this.#calls.size === 0 ? Promise.resolve() : new Promise((settle) => this.#idle.push(settle));
  }
}

function movedFailure({ method, args }: Pending): ContactmeshError {
  const subject = typeof args[0] === 'string' ? ` ${args[0]}` : '';
  return new ContactmeshError(
    'book-moved',
    `${method}${subject}: the tab that kept the book ended before it answered, and another one keeps it now. It may be saved or not: look, then try again.`,
  );
}
