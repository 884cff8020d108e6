/**
 * Foreach and Until. Documented in limits-and-config.md: a Foreach takes at most
 * 5,000 items on the Low profile and runs one at a time unless `repetitions`
 * says otherwise (1 to 50; in Power Automate, not in Logic Apps); an Until ends
 * after `count` rounds, 60 if not said, or after `timeout`, an hour if not said.
 */
import type { Action } from '../../definition.js';
import { conditionHolds } from '../condition.js';
import { secondsOf } from '../duration.js';
import { evaluate } from '../evaluate.js';
import { type ActionRecord, Frame } from '../run.js';
import { type Outcome, runActions } from '../schedule.js';
import { FlowError, invalid, typeOf } from '../value.js';
import { INNER_FAILED } from './control.js';
import type { Step } from './index.js';

const MAX_ITEMS = 5000;
const DEFAULT_ROUNDS = 60;
const DEFAULT_TIMEOUT = 'PT1H';

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
  await Promise.all(Array.from({ length: repetitionsOf(action, frame) }, worker));
  const children = { children: rounds, each: true };
  return failed ? { status: 'Failed', error: INNER_FAILED, ...children } : { status: 'Succeeded', ...children };
}

/** A Foreach inside another runs one at a time (documented in logic-apps-control-flow-loops.md). */
function repetitionsOf(action: Action, frame: Frame): number {
  if (action.operationOptions === 'Sequential') return 1;
  for (let outer: Frame | undefined = frame; outer; outer = outer.parent) if (outer.loop) return 1;
  return Math.min(50, Math.max(1, action.runtimeConfiguration?.concurrency?.repetitions ?? 1));
}

/**
 * Documented in logic-apps-control-flow-loops.md ("Until loop considerations"):
 * a failed round is followed by the next, the last round decides, and running
 * out of rounds fails only with FailWhenLimitsReached. Its actions keep one
 * frame: the condition, and what follows, read those of the last round.
 */
export async function until({ name, action, frame, run, reader }: Step): Promise<Outcome> {
  const most = action.limit?.count ?? DEFAULT_ROUNDS;
  const end = run.clock.now() + secondsOf(action.limit?.timeout ?? DEFAULT_TIMEOUT) * 1000;
  const rounds: ActionRecord[][] = [];
  let status: Outcome['status'] = 'Succeeded';
  let held = false;
  while (!held && rounds.length < most && run.clock.now() < end) {
    for (const inner of Object.keys(action.actions ?? {})) frame.records.delete(inner);
    const block = await runActions(action.actions ?? {}, frame, run);
    rounds.push(block.records);
    status = block.status;
    held = conditionHolds(action.expression, reader);
  }
  const tooMany = !held && action.operationOptions === 'FailWhenLimitsReached';
  if (status === 'Failed' || tooMany) return { status: 'Failed', error: INNER_FAILED, children: rounds };
  return { status, children: rounds, outputs: { iterations: rounds.length, name } };
}
