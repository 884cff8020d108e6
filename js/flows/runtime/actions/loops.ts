/**
 * Foreach and Until. Documented in logic-apps-control-flow-loops.md and
 * limits-and-config.md: a Foreach takes at most 5,000 items on the Low profile
 * and runs one at a time unless `repetitions` says otherwise (1 to 50); an
 * Until ends after `count` rounds at the latest, 60 if not said.
 */
import type { Action } from '../../definition.js';
import { conditionHolds } from '../condition.js';
import { evaluate } from '../evaluate.js';
import { type ActionRecord, Frame } from '../run.js';
import { type Outcome, runActions } from '../schedule.js';
import { FlowError, invalid, typeOf } from '../value.js';
import { INNER_FAILED } from './control.js';
import type { Step } from './index.js';

const MAX_ITEMS = 5000;
const DEFAULT_ROUNDS = 60;

export async function foreach({ name, action, frame, run, reader }: Step): Promise<Outcome> {
  const items = evaluate(action.foreach, reader);
  if (!Array.isArray(items)) throw invalid(`the foreach of '${name}' must be an array, got ${typeOf(items)}`);
  if (items.length > MAX_ITEMS)
    throw new FlowError('InvalidTemplate', `'${name}' has ${items.length} items, more than ${MAX_ITEMS}`);
  const rounds: ActionRecord[][] = items.map(() => []);
  let failed = false;
  let next = 0;
  // An iteration that fails does not keep the others from running (field evidence).
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const inner = new Frame(frame, { name, item: items[index] ?? null, index });
      const block = await runActions(action.actions ?? {}, inner, run);
      rounds[index] = block.records;
      if (block.status === 'Failed') failed = true;
    }
  };
  await Promise.all(Array.from({ length: repetitionsOf(action) }, worker));
  const children = { children: rounds, each: true };
  return failed ? { status: 'Failed', error: INNER_FAILED, ...children } : { status: 'Succeeded', ...children };
}

function repetitionsOf(action: Action): number {
  if (action.operationOptions === 'Sequential') return 1;
  return Math.min(50, Math.max(1, action.runtimeConfiguration?.concurrency?.repetitions ?? 1));
}

/** Its actions keep one frame: the condition, and what follows, read those of the last round. */
export async function until({ name, action, frame, run, reader }: Step): Promise<Outcome> {
  const most = action.limit?.count ?? DEFAULT_ROUNDS;
  const rounds: ActionRecord[][] = [];
  while (rounds.length < most) {
    for (const inner of Object.keys(action.actions ?? {})) frame.records.delete(inner);
    const block = await runActions(action.actions ?? {}, frame, run);
    rounds.push(block.records);
    if (block.status === 'Failed') return { status: 'Failed', error: INNER_FAILED, children: rounds };
    if (conditionHolds(action.expression, reader)) break;
  }
  // Running out of rounds is no failure (documented in logic-apps-control-flow-loops.md: the loop ends).
  return { status: 'Succeeded', children: rounds, outputs: { iterations: rounds.length, name } };
}
