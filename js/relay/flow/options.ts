/**
 * What every client of a flow may be given, and what holds if it is not: one
 * table for the relay and for systems of record, so that both are as patient.
 */
import { type Clock, systemClock } from './clock.js';
import { type FlowEvent, type FormStore, Sender } from './sender.js';
import type { Fetch, StopSignal } from './web.js';

export interface FlowOptions {
  fetch?: Fetch;
  clock?: Clock;
  /** From 0 to below 1. */
  random?: () => number;
  log?: (event: FlowEvent) => void;
  /** Where it is remembered that a flow takes only text/plain. */
  forms?: FormStore;
  /** For a flow that asks for a sign-in. */
  token?: () => Promise<string | undefined>;
  /** How long to wait for an answer, in milliseconds; 120,000 if absent. */
  timeout?: number;
  /** The longest wait between two attempts, in milliseconds; 60,000 if absent. */
  patience?: number;
  /** Once aborted, no further request is sent. */
  signal?: StopSignal;
}

const TIMEOUT = 120_000;
const PATIENCE = 60_000;

/** `key` stands for the address in stores. */
export function openSender(url: string, key: string, options: FlowOptions): Sender {
  return new Sender({
    url,
    key,
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? (() => {}),
    forms: options.forms,
    token: options.token,
    timeout: options.timeout ?? TIMEOUT,
    patience: options.patience ?? PATIENCE,
    signal: options.signal,
  });
}
