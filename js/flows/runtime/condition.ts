/**
 * The conditions of If, Until and Query: an expression that gives a boolean, or
 * an object such as `{"and": [{"equals": ["@x", 1]}]}`. Documented in
 * logic-apps-workflow-actions-triggers.md ("If action").
 */
import { isObject, type Json } from '../definition.js';
import { evaluate, type Scope } from './evaluate.js';
import { countMistake } from './functions/arguments.js';
import { FUNCTIONS } from './functions/index.js';
import { invalid, typeOf } from './value.js';

export function conditionHolds(condition: Json | undefined, scope: Scope): boolean {
  const value = isObject(condition) ? fromObject(condition, scope) : evaluate(condition, scope);
  if (typeof value === 'boolean') return value;
  throw invalid(`a condition must be a boolean, got ${typeOf(value)}`);
}

function fromObject(condition: Record<string, Json>, scope: Scope): Json {
  const [entry, ...more] = Object.entries(condition);
  if (!entry || more.length > 0) throw invalid('a condition names exactly one function');
  const [name, operand] = entry;
  const operands = Array.isArray(operand) ? operand : [operand];
  const known = FUNCTIONS.get(name.toLowerCase());
  if (!known) throw invalid(`The template function '${name}' is not defined or not valid.`);
  if (isOfConditions(name) && operands.length === 0) return true;
  const mistake = countMistake(name, operands.length, known);
  if (mistake !== undefined) throw invalid(mistake);
  if (isOfConditions(name)) {
    return known.run(operands.map((one) => conditionHolds(one, scope)));
  }
  return known.run(operands.map((one) => evaluate(one, scope)));
}

/** Whether the operands are conditions themselves. Without any, it holds. */
export function isOfConditions(name: string): boolean {
  return ['and', 'or', 'not'].includes(name.toLowerCase());
}
