/**
 * Limits of the platform (documented in limits-and-config.md): how many actions
 * and variables, how deep (an action at the top has depth 0), how long a name. And the choice of retries, which
 * every operation of a connector must make: the default waits for minutes, and
 * a create that is tried again may create twice.
 */
import { type Action, type Definition, everyAction, isObject, prop, propsOf } from '../definition.js';

const MOST = { actions: 500, nesting: 8, name: 80, cases: 25, variables: 250 };
/** A caller waits 120 s; one operation may not take more than half of that in waiting. */
const LONGEST_RETRIES_S = 60;

export function limitMistakes(definition: Definition): string[] {
  const mistakes: string[] = [];
  const all = [...everyAction(definition.actions)];
  if (all.length > MOST.actions) mistakes.push(`there are ${all.length} actions, more than ${MOST.actions}`);
  let variables = 0;
  for (const [name, action, path] of all) {
    if (name.length > MOST.name) mistakes.push(`'${name}' is longer than ${MOST.name} characters`);
    if (path.length > MOST.nesting) mistakes.push(`'${name}' is nested deeper than ${MOST.nesting}`);
    const cases = Object.keys(action.cases ?? {}).length;
    if (cases > MOST.cases) mistakes.push(`'${name}' has ${cases} cases, more than ${MOST.cases}`);
    if (action.type === 'InitializeVariable') {
      variables += 1;
      if (path.length > 0) mistakes.push(`'${name}' initialises a variable below the top level`);
    }
    if (action.type === 'OpenApiConnection') mistakes.push(...retryMistakes(name, action));
  }
  if (variables > MOST.variables) mistakes.push(`there are ${variables} variables, more than ${MOST.variables}`);
  return mistakes;
}

function retryMistakes(name: string, action: Action): string[] {
  const inputs = propsOf(action.inputs);
  const policy = prop(inputs, 'retryPolicy');
  if (!isObject(policy)) return [`'${name}' does not say how it retries`];
  if (prop(policy, 'type') === 'none') return [];
  const operation = String(prop(prop(inputs, 'host'), 'operationId'));
  if (/Post|Create/.test(operation)) return [`'${name}' creates, so its retry policy must be none`];
  const [count, seconds] = [
    Number(prop(policy, 'count')),
    Number(/^PT(\d+)S$/.exec(String(prop(policy, 'interval')))?.[1]),
  ];
  // Documented in error-exception-handling.md: 1 to 90 times, at least 5 seconds apart.
  if (!(count >= 1 && count <= 90 && seconds >= 5)) return [`'${name}' has a retry policy that is none`];
  const longest = prop(policy, 'type') === 'fixed' ? count * seconds : seconds * (2 ** count - 1);
  if (longest <= LONGEST_RETRIES_S) return [];
  return [`'${name}' may wait ${longest} s to retry, more than the caller has time for`];
}
