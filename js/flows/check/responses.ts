/**
 * Where a Response may stand and what it must say. Documented in
 * logic-apps-workflow-actions-triggers.md ("Response action"): not in Foreach or
 * Until, not in a parallel branch (which the service saves all the same). Ours: every one carries the headers without which a page of another
 * origin cannot read it.
 */
import { type Actions, branchesOf, type Definition, everyAction, prop, propsOf } from '../definition.js';
import { precedes } from './graph.js';

export function responseMistakes(definition: Definition): string[] {
  const mistakes: string[] = [];
  const responses = [...everyAction(definition.actions)].filter(([, action]) => action.type === 'Response');
  if (responses.length === 0) mistakes.push('no action is a Response: callers would get 202 and nothing else');
  for (const [name, action] of responses) {
    const inputs = propsOf(action.inputs);
    const headers = propsOf(prop(inputs, 'headers'));
    if (headers['Access-Control-Allow-Origin'] !== '*') mistakes.push(`'${name}' has no Access-Control-Allow-Origin`);
    if (!headers['Access-Control-Expose-Headers']) mistakes.push(`'${name}' has no Access-Control-Expose-Headers`);
    const status = prop(inputs, 'statusCode');
    if (typeof status === 'number' && (status < 200 || status > 599 || (status >= 300 && status < 400))) {
      mistakes.push(`'${name}' replies with the status ${status}`);
    }
    if (status === undefined) mistakes.push(`'${name}' has no statusCode`);
    if (action.operationOptions) mistakes.push(`'${name}' has operationOptions; replies are not asynchronous`);
  }
  return [...mistakes, ...placeMistakes(definition.actions)];
}

function placeMistakes(actions: Actions): string[] {
  const mistakes: string[] = [];
  for (const [name, action] of Object.entries(actions)) {
    const inside = [...everyAction({ [name]: action })]
      .filter(([, one]) => one.type === 'Response')
      .map(([one]) => one);
    if (inside.length === 0) continue;
    const loop = action.type === 'Foreach' || action.type === 'Until';
    if (loop) mistakes.push(...inside.map((one) => `'${one}' replies inside the loop '${name}'`));
    for (const other of Object.keys(actions)) {
      if (other !== name && !precedes(actions, name).has(other) && !precedes(actions, other).has(name)) {
        mistakes.push(...inside.map((one) => `'${one}' replies in a branch parallel to '${other}'`));
      }
    }
    if (!loop) for (const [, inner] of branchesOf(action)) mistakes.push(...placeMistakes(inner));
  }
  return mistakes;
}
