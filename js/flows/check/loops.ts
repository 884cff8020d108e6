/**
 * What may not stand in a loop. Documented in
 * logic-apps-workflow-actions-triggers.md ("Terminate action") and
 * logic-apps-control-flow-loops.md: no Terminate; and no change of a variable in
 * a Foreach that runs side by side, because variables are the run's. Ours: an
 * Until says when it gives up, well within the time that a caller waits.
 */
import { type Action, type Definition, everyAction } from '../definition.js';
import { secondsOf } from '../runtime/duration.js';

const CHANGES = new Set(['SetVariable', 'AppendToArrayVariable', 'IncrementVariable']);

export function loopMistakes(definition: Definition): string[] {
  const mistakes: string[] = [];
  for (const [loop, action] of everyAction(definition.actions)) {
    if (action.type !== 'Foreach' && action.type !== 'Until') continue;
    if (action.type === 'Until') mistakes.push(...endMistakes(loop, action));
    for (const [name, inner] of everyAction(action.actions ?? {})) {
      if (inner.type === 'Terminate') mistakes.push(`'${name}' terminates inside the loop '${loop}'`);
      if (CHANGES.has(inner.type) && action.type === 'Foreach' && !isSequential(action)) {
        mistakes.push(`'${name}' changes a variable in '${loop}', which does not say that it runs one at a time`);
      }
    }
  }
  return mistakes;
}

const LONGEST_LOOP_S = 100;

function endMistakes(name: string, { limit }: Action): string[] {
  if (limit?.count === undefined || limit.timeout === undefined) return [`'${name}' does not say when it gives up`];
  if (secondsOf(limit.timeout) <= LONGEST_LOOP_S) return [];
  return [`'${name}' may go on for longer than the caller waits`];
}

/** Said outright, because the default differs between Power Automate and Logic Apps. */
function isSequential(action: Action): boolean {
  return action.operationOptions === 'Sequential' || action.runtimeConfiguration?.concurrency?.repetitions === 1;
}
