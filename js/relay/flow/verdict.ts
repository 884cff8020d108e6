/**
 * What an answer means: one row of the table of statuses for each. Pure. It
 * looks at the status and at the error's name, never at a message, so that no
 * wording of a server decides anything, except the one that has no name.
 */
import { retryAfter } from './backoff.js';
import type { Clock } from './clock.js';
import type { FlowErrorCode, FlowFailure } from './failure.js';
import type { Reply } from './post.js';

export type Verdict =
  /** The flow's own answer. */
  | { kind: 'answer'; body: Record<string, unknown> }
  /** To be sent again as it was. */
  | { kind: 'again'; code: FlowErrorCode; failure: FlowFailure; floor: number }
  /** A person must act. */
  | { kind: 'stop'; code: FlowErrorCode; failure: FlowFailure };

const SHARED_ACCESS_ONLY = 'must be authenticated only by Shared Access scheme';

export function judge(reply: Reply, clock: Clock): Verdict {
  const { status } = reply;
  const body = objectOf(reply.text);
  const name = errorName(body);
  if (status === 200) {
    const ours = body !== undefined && versionOf(body) === 1 && name === undefined;
    return ours ? { kind: 'answer', body } : again('flow-unknown', { status, unknown: true });
  }
  const stop = stopCode(reply, name);
  if (stop !== undefined) return { kind: 'stop', code: stop, failure: { status, pause: true } };
  const floor = retryAfter(reply.retryAfter, reply.date, clock.wall()) ?? floorIn(body);
  if (status === 429) return again('flow-throttled', { status }, floor);
  if (status === 408 || status === 504) return again('flow-timeout', { status, unknown: true }, floor);
  if (status === 425 || status >= 500) return again('flow-unavailable', { status, unknown: true }, floor);
  // Another 2xx is the answer of something else.
  return again('flow-unknown', { status, unknown: true }, floor);
}

function stopCode({ status, text, location }: Reply, name: string | undefined): FlowErrorCode | undefined {
  if (status === 202) return location ? 'flow-asynchronous' : 'flow-no-answer';
  if (status === 0 || (status >= 300 && status < 400)) return 'flow-redirect';
  if (status === 400) return name === 'TriggerInputSchemaMismatch' ? 'flow-schema' : 'flow-envelope';
  if (status === 401 || status === 403) {
    if (name === 'DirectApiAuthorizationRequired') return 'flow-sign-in';
    if (name === 'MisMatchingOAuthClaims') return 'flow-claims';
    return text.includes(SHARED_ACCESS_ONLY) ? 'flow-shared-access' : 'flow-unauthorised';
  }
  if (status === 404 && name === 'NoFolder') return 'flow-no-folder';
  if (status === 409 && name === 'OldDriver') return 'not-driver';
  if (status === 404 || status === 410) return 'flow-missing';
  if (status === 413) return 'flow-too-large';
  const later = status === 408 || status === 425 || status === 429;
  return status >= 400 && status < 500 && !later ? 'flow-refused' : undefined;
}

function again(code: FlowErrorCode, failure: FlowFailure, floor = 0): Verdict {
  return { kind: 'again', code, failure, floor };
}

/** In a browser the header cannot be read: the flow says it in the body too. */
function floorIn(body: Record<string, unknown> | undefined): number {
  const seconds = errorOf(body)?.retryAfter;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
}

function errorName(body: Record<string, unknown> | undefined): string | undefined {
  const error = errorOf(body);
  return error === undefined ? undefined : String(error.code);
}

function errorOf(body: { error?: unknown } | undefined): { code?: unknown; retryAfter?: unknown } | undefined {
  const error = body?.error;
  return typeof error === 'object' && error !== null ? error : undefined;
}

function versionOf({ v }: { v?: unknown }): unknown {
  return v;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
