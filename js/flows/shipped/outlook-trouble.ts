/**
 * What a failure of an operation means for a change: whether it is known that
 * nothing was done, and what the caller may do now. A claim of a create that was
 * surely not done is taken back. It looks at statuses alone, never at wordings.
 */
import type { Actions } from '../definition.js';
import { CLAIM, ONE, onClaims, said } from './outlook-parts.js';
import { READ_RETRIES } from './parts.js';

/** Operations whose failure may decide, the last one first. A skipped one has no outputs. */
const OPERATIONS = ['Patch', 'Remove', 'Read_to_update', 'Read_to_delete', 'Create', 'Read_made'];
const ofOperations = (path: string): string => OPERATIONS.map((name) => `outputs('${name}')${path}`).join(', ');
const WAIT = `coalesce(${ofOperations("?['headers']?['Retry-After']")}, '60')`;
const CLAIM_FAILED = "contains(createArray('Failed', 'TimedOut'), actions('Claim')?['status'])";
const CODE = "outputs('Code')";

/** What a failure of an operation means for the change. 408 says as little as 5xx does. */
export const TROUBLE: Actions = {
  Code: {
    type: 'Compose',
    // Of a claim only that it was throttled counts; what else it said was settled by looking.
    inputs: `@coalesce(${ofOperations("?['statusCode']")}, if(equals(outputs('Claim')?['statusCode'], 429), 429, 0))`,
    runAfter: {},
  },
  Verdict: {
    type: 'Compose',
    inputs:
      `@if(equals(${CODE}, 429), 'busy', ` +
      `if(and(equals(${CODE}, 404), equals(${ONE('op')}, 'delete')), 'done', ` +
      `if(and(equals(${CODE}, 404), or(equals(${ONE('op')}, 'update'), ${CLAIM_FAILED})), 'gone', ` +
      `if(and(greaterOrEquals(${CODE}, 400), less(${CODE}, 500), not(equals(${CODE}, 408)), not(${CLAIM_FAILED})), 'rejected', 'failed'))))`,
    runAfter: { Code: ['Succeeded'] },
  },
  Take_back: {
    type: 'If',
    description: 'Nothing was done, so the same create may be claimed again.',
    expression: {
      and: [
        { equals: ["@actions('Claim')?['status']", 'Succeeded'] },
        { or: [{ equals: ["@outputs('Verdict')", 'busy'] }, { equals: ["@outputs('Verdict')", 'rejected'] }] },
      ],
    },
    runAfter: { Verdict: ['Succeeded'] },
    actions: {
      Unclaim: {
        type: 'OpenApiConnection',
        inputs: onClaims('DeleteItem', { id: "@body('Claim')?['ID']" }, READ_RETRIES),
        runAfter: {},
      },
    },
    else: { actions: {} },
  },
  Say: {
    type: 'Switch',
    expression: `@if(and(equals(outputs('Verdict'), 'gone'), equals(${ONE('op')}, 'create')), 'made and gone', outputs('Verdict'))`,
    runAfter: { Take_back: ['Succeeded'] },
    cases: {
      Gone: {
        case: 'made and gone',
        actions: {
          // Only who looked a claim up comes here: it names the contact that was made.
          Gone: said('gone', { id: `@${CLAIM}?['Result']` }, {}),
        },
      },
      Busy: {
        case: 'busy',
        actions: {
          // The header may also be a date, which is longer than any number of seconds.
          Busy: said('busy', { retryAfter: `@int(if(lessOrEquals(length(${WAIT}), 4), ${WAIT}, '60'))` }, {}),
        },
      },
      Rejected: {
        case: 'rejected',
        actions: {
          Reason: {
            type: 'Compose',
            description: 'Fails if the connector answered in another shape than the two that are known.',
            inputs: `@take(coalesce(${ofOperations("?['body']?['error']?['message']")}, ${ofOperations("?['body']?['message']")}), 300)`,
            runAfter: {},
          },
          Rejected: said(
            'rejected',
            { code: `@${CODE}`, message: "@coalesce(outputs('Reason'), 'The connector gave no reason.')" },
            { Reason: ['Succeeded', 'Failed'] },
          ),
        },
      },
    },
    default: { actions: { Plain: said("@outputs('Verdict')", {}, {}) } },
  },
};
