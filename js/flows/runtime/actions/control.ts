/**
 * Scope, If and Switch: actions with one branch that runs. Documented in
 * logic-apps-workflow-actions-triggers.md ("Control workflow actions"). The
 * branches not taken are skipped, and do not count against the action.
 */
import type { Actions } from '../../definition.js';
import { conditionHolds } from '../condition.js';
import { evaluate } from '../evaluate.js';
import { type Block, type Outcome, runActions, skipAll } from '../schedule.js';
import { same } from '../value.js';
import type { Step } from './index.js';

export async function scope({ action, frame, run }: Step): Promise<Outcome> {
  return outcomeOf(await runActions(action.actions ?? {}, frame, run));
}

export async function ifAction({ action, frame, run, reader }: Step): Promise<Outcome> {
  const holds = conditionHolds(action.expression, reader);
  const [taken, left] = holds ? [action.actions, action.else?.actions] : [action.else?.actions, action.actions];
  if (left) skipAll(left, frame, run);
  const outcome = outcomeOf(await runActions(taken ?? {}, frame, run));
  return { ...outcome, inputs: { expressionResult: holds } };
}

export async function switchAction({ action, frame, run, reader }: Step): Promise<Outcome> {
  const value = evaluate(action.expression, reader);
  let taken: Actions | undefined;
  for (const one of Object.values(action.cases ?? {})) {
    if (taken === undefined && same(evaluate(one.case, reader), value)) taken = one.actions;
    else skipAll(one.actions, frame, run);
  }
  if (taken !== undefined && action.default) skipAll(action.default.actions, frame, run);
  const outcome = outcomeOf(await runActions(taken ?? action.default?.actions ?? {}, frame, run));
  return { ...outcome, inputs: { expressionResult: value } };
}

/** What the platform says of a block whose action failed: nothing of what failed inside. */
export const INNER_FAILED: { code: string; message: string } = {
  code: 'ActionFailed',
  message: 'An action failed. No dependent actions succeeded.',
};

function outcomeOf(block: Block): Outcome {
  const children = [block.records];
  return block.status === 'Succeeded'
    ? { status: 'Succeeded', children }
    : { status: 'Failed', error: INNER_FAILED, children };
}
