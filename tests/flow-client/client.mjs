// A flow client in virtual time before a flow of the tests' own.

import { openFlowRelay } from '../../pkg/dist/relay/flow/relay.js';
import { TestFlow, URL_OF } from './flow.mjs';
import { seeded, VirtualClock } from './virtual.mjs';

export const ADDRESS = URL_OF('https://flow.example.com');
export const bytes = (text) => new TextEncoder().encode(text);
export const text = (chunk) => new TextDecoder().decode(chunk);

export async function client(options = {}) {
  const flow = options.flow ?? new TestFlow();
  const clock = options.clock ?? new VirtualClock();
  const events = [];
  const fetch = (url, init) => clock.during(() => (options.fetch ?? flow.fetch)(url, init));
  const relay = await openFlowRelay({
    url: ADDRESS,
    book: 'contacts',
    random: seeded(options.seed ?? 1),
    log: (event) => events.push(event),
    // A request that hangs must let time pass.
    ...options,
    fetch: options.idle ? (options.fetch ?? flow.fetch) : fetch,
    clock,
  });
  const push = (...texts) => relay.exchange({ chunks: texts.map(bytes), cursor: null });
  return { flow, clock, relay, events, push };
}
