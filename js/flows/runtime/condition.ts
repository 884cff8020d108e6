/**
 * The conditions of If, Until and Query: an expression that gives a boolean, or
 * an object such as `{"and": [{"equals": ["@x", 1]}]}`. Documented in
 * logic-apps-workflow-actions-triggers.md ("If action").
 */
import { isObject, type Json } from '../definition.js';
import { evaluate, type Scope } from './evaluate.js';
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
  if (['and', 'or', 'not'].includes(name.toLowerCase())) {
    if (operands.length === 0) return true;
    return known.run(operands.map((one) => conditionHolds(one, scope)));
  }
  return known.run(operands.map((one) => evaluate(one, scope)));
}
