/**
 * What requests to the flows of a system cost, in flow actions, as
 * docs/flow-contract-outlook.md counts them. It is for the budget alone; nothing
 * else depends on it.
 */
import type { SystemFlowName } from './flows.js';

/** A pull of what changed: what a quiet run takes for each folder. */
export const ACTIONS_PER_PULL = 12;
const APPLY = 12;
const PER_CHANGE = 7;
const AUDIT = 11;
const PER_PAGE = 6;
const PAGE = 500;
const ROWS = 17;
const PER_ROW = 2;

/** The parts of a request that decide. */
interface Asked {
  op?: unknown;
  changes?: unknown;
  ids?: unknown;
}

export function actionsOf(flow: SystemFlowName, request: Asked, answer: { rows?: unknown }): number {
  if (flow === 'apply') return APPLY + PER_CHANGE * lengthOf(request.changes);
  if (request.op === 'rows') return ROWS + PER_ROW * lengthOf(request.ids);
  if (request.op === 'audit') return AUDIT + PER_PAGE * (1 + Math.floor(lengthOf(answer.rows) / PAGE));
  return ACTIONS_PER_PULL;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
