/**
 * What can go wrong between the client and a flow, as errors with stable codes
 * whose messages say what to do. No message holds anything that a server or
 * the system wrote, except names from a list: so none can hold a secret.
 */
import { ContactmeshError } from '../../errors.js';

export interface FlowFailure {
  /** HTTP status; absent if there was no answer. */
  status?: number;
  attempts?: number;
  /** A person must act before it makes sense to try again. */
  pause?: boolean;
  /** Milliseconds until it makes sense to try again. */
  retryIn?: number;
  /** The request may have had its effect. */
  unknown?: boolean;
  /** What the system called it, such as ECONNREFUSED. */
  reason?: string;
}

const NOTHING_LOST = 'nothing is lost';

/** By code: what is wrong, and what to do about it. */
const SAID = {
  'flow-address':
    'the address of the flow is none that can be called; connect again with the address that the flow shows',
  'flow-schema':
    'the flow refused the shape of the request; remove the schema from its trigger, or import the shipped flow again',
  'flow-envelope': 'the flow refused the request as a whole; import the shipped flow of this version again',
  'flow-sign-in':
    'the flow asks for a sign-in, or the signature in its address is missing; let its trigger be used by anyone, copy the new address and connect again',
  'flow-claims':
    'the sign-in is for another audience, tenant or person; ask for a token of the scope https://service.flow.microsoft.com//.default',
  'flow-shared-access':
    'the flow takes only the signature in its address and no sign-in; connect again without a token',
  'flow-unauthorised': 'the flow refused access; copy its address again and connect again',
  'flow-missing':
    'there is no flow at this address, or it is turned off; turn it on, or copy its new address and connect again',
  'flow-no-folder':
    'the folder of contacts is not there, or the connection of the flow does not see it; look at the folder, then connect again with its name',
  'not-driver':
    'another replica drives this system, so nothing was done; if that one is gone, connect again here, taking over',
  'flow-no-answer':
    'the flow took the request and answers nothing, so nobody knows what it did; it needs a Response action: import the shipped flow again',
  'flow-asynchronous':
    'the flow answers later instead of now; turn off the asynchronous response of its Response action',
  'flow-redirect':
    'the address leads somewhere else, and the request was not sent there; connect again with the address that the flow shows',
  'flow-too-large': 'the flow takes no requests of this size; let it take 1 MB, or import the shipped flow again',
  'flow-refused': 'the flow refused the request; look at its run history, then sync again',
  'flow-throttled': `the flow has no room for more requests now; ${NOTHING_LOST}, it is tried again later`,
  'flow-unreachable': `the flow cannot be reached; ${NOTHING_LOST}, check the network, it is tried again later`,
  'flow-timeout': `the flow did not answer in time; ${NOTHING_LOST}, the same is sent again later`,
  'flow-unavailable': `the flow failed before it answered; ${NOTHING_LOST}, the same is sent again later. If it goes on, look at its run history`,
  'flow-unknown': `the answer is not one of the flow, so nobody knows what was done; ${NOTHING_LOST}, the same is sent again later. If it goes on, something between here and the flow answers in its place`,
  'flow-resting': `the flow failed too often and is left in peace for a while; ${NOTHING_LOST}, it is tried again later`,
  'flow-stopped': `stopped before the answer came; ${NOTHING_LOST}, the same is sent again with the next sync`,
} as const;

export type FlowErrorCode = keyof typeof SAID;

export function flowError(code: FlowErrorCode, failure: FlowFailure = {}): ContactmeshError {
  const { status, reason } = failure;
  const facts = [
    ...(status === undefined ? [] : [`HTTP status ${status}`]),
    ...(reason === undefined ? [] : [reason]),
    ...((failure.attempts ?? 1) > 1 ? [`${failure.attempts} attempts`] : []),
  ];
  const more = facts.length > 0 ? ` (${facts.join(', ')})` : '';
  return new ContactmeshError(code, `exchanging with the flow: ${SAID[code]}${more}`, { details: { ...failure } });
}

/** What a code of the flow client means, and what to do; undefined for any other code. */
export function flowSaid(code: string): string | undefined {
  return Object.hasOwn(SAID, code) ? `exchanging with the flow: ${SAID[code as FlowErrorCode]}` : undefined;
}

/** The facts of an error of the flow client; empty for any other. */
export function flowFailureOf(error: unknown): FlowFailure {
  if (!(error instanceof ContactmeshError) || !(error.code in SAID)) return {};
  return (error.details ?? {}) as FlowFailure;
}

/** A system's name for an error, if it is nothing but a name. */
export function reasonOf(error: unknown): string | undefined {
  for (let one = error, depth = 0; depth < 4 && typeof one === 'object' && one !== null; depth += 1) {
    const { code, cause } = one as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z_]{2,39}$/.test(code)) return code;
    one = cause;
  }
  return undefined;
}
