/**
 * What can go wrong between a caller and a flow, to be played on purpose: a
 * script says for each request which fault it meets. `after` means that the run
 * took place and only its answer was lost. Never active unless asked for.
 */
import type { ServerResponse } from 'node:http';
import type { Death } from '../runtime/run.js';
import type { FlowName } from '../shipped/index.js';
import { HTML, NO_RESPONSE, OFF, type PlatformAnswer, TIMED_OUT, throttled, UNAUTHORIZED } from './platform.js';

export type Fault =
  | 'unauthorized' // 401; nothing ran
  | 'off' // 404; nothing ran
  | 'no-response' // 502; nothing ran
  | 'no-response-after' // 502; the run took place
  | 'timeout-after' // 504; the run took place
  | 'html' // 200 with a page; nothing ran
  | 'cut' // the run took place; half of the answer came
  | 'reset' // the connection broke; nothing ran
  | 'reset-after' // the connection broke; the run took place
  | 'duplicate' // two runs of the one request
  | { dies: Death } // the run ended at that action; 502 unless it had answered
  | { throttled: number } // 429 with Retry-After in seconds; nothing ran
  | { slow: number }; // the answer came so many milliseconds later

/** Called once per POST, in order, with the name of the flow; undefined for one that goes well. */
export type FaultScript = (request: number, flow: FlowName) => Fault | undefined;

/** A script from a list; what comes after its end goes well. */
export function scripted(faults: (Fault | undefined)[]): FaultScript {
  return (request) => faults[request];
}

/** The answer that is given instead of a run, or `reset`. */
export function insteadOf(fault: Fault | undefined): PlatformAnswer | 'reset' | undefined {
  if (typeof fault === 'object') return 'throttled' in fault ? throttled(fault.throttled) : undefined;
  switch (fault) {
    case 'unauthorized':
      return UNAUTHORIZED;
    case 'off':
      return OFF;
    case 'no-response':
      return NO_RESPONSE;
    case 'html':
      return HTML;
    case 'reset':
      return 'reset';
    default:
      return undefined;
  }
}

/** The answer that hides what a run replied, or `reset`. */
export function afterRun(fault: Fault | undefined): PlatformAnswer | 'reset' | undefined {
  if (fault === 'no-response-after') return NO_RESPONSE;
  if (fault === 'timeout-after') return TIMED_OUT;
  return fault === 'reset-after' ? 'reset' : undefined;
}

/** Sends the head with the whole length, half of the body, and breaks off. */
export function sendCut(response: ServerResponse, answer: PlatformAnswer): void {
  const bytes = Buffer.from(answer.body, 'utf8');
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}
