/**
 * Conditions that are written as objects, `{"and": [{"equals": ["@x", 1]}]}`:
 * each names one function that exists, with as many operands as it takes. The
 * expressions in the operands are judged in expressions.ts.
 */
import { type Action, type Definition, everyAction, isObject, type Json, prop } from '../definition.js';
import { isOfConditions } from '../runtime/condition.js';
import { countMistake } from '../runtime/functions/arguments.js';
import { FUNCTIONS } from '../runtime/functions/index.js';

export function conditionMistakes(definition: Definition): string[] {
  return [...everyAction(definition.actions)].flatMap(([name, action]) =>
    [...mistakesIn(conditionOf(action))].map((mistake) => `'${name}': ${mistake}`),
  );
}

function conditionOf(action: Action): Json | undefined {
  if (action.type === 'If' || action.type === 'Until') return action.expression;
  return action.type === 'Query' ? prop(action.inputs, 'where') : undefined;
}

function* mistakesIn(condition: Json | undefined): Generator<string> {
  if (!isObject(condition)) return;
  const [entry, ...more] = Object.entries(condition);
  if (entry === undefined || more.length > 0) {
    yield 'a condition names exactly one function';
    return;
  }
  const [name, operand] = entry;
  const operands = Array.isArray(operand) ? operand : [operand];
  const known = FUNCTIONS.get(name.toLowerCase());
  if (known === undefined) yield `the function '${name}' is unknown`;
  else if (!isOfConditions(name) || operands.length > 0) {
    const mistake = countMistake(name, operands.length, known);
    if (mistake !== undefined) yield mistake;
  }
  if (isOfConditions(name)) for (const one of operands) yield* mistakesIn(one);
}
