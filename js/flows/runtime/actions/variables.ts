/**
 * InitializeVariable, SetVariable, AppendToArrayVariable, IncrementVariable.
 * Documented in logic-apps-create-variables-store-values.md: a variable has a
 * type for life, and is initialised once, at the top level. Variables belong to
 * the run: iterations that run side by side share them.
 */
import { isObject, type Json, prop, propsOf } from '../../definition.js';
import { evaluate } from '../evaluate.js';
import type { Variable } from '../run.js';
import type { Outcome } from '../schedule.js';
import { FlowError, typeOf } from '../value.js';
import type { Step } from './index.js';

const EMPTY: Record<string, Json> = { array: [], object: {}, string: '', integer: 0, float: 0, boolean: false };

export function initialize({ name, action, run, reader }: Step): Outcome {
  const declared = isObject(action.inputs) ? prop(action.inputs, 'variables') : undefined;
  for (const one of Array.isArray(declared) ? declared : []) {
    if (!isObject(one)) throw wrong(`'${name}' declares something that is no variable`);
    const variable = String(prop(one, 'name'));
    if (run.variables.has(variable)) throw wrong(`the variable '${variable}' is initialised twice`);
    const type = String(prop(one, 'type')).toLowerCase();
    const value = prop(one, 'value') === undefined ? (EMPTY[type] ?? null) : evaluate(prop(one, 'value'), reader);
    run.variables.set(variable, { type, value: fitting(variable, type, value) });
  }
  return { status: 'Succeeded' };
}

export function set(step: Step): Outcome {
  const { variable, name, value } = target(step);
  variable.value = fitting(name, variable.type, value);
  return { status: 'Succeeded' };
}

export function appendToArray(step: Step): Outcome {
  const { variable, name, value } = target(step);
  if (!Array.isArray(variable.value)) throw wrong(`the variable '${name}' is no array`);
  variable.value = [...variable.value, value];
  return { status: 'Succeeded' };
}

export function increment(step: Step): Outcome {
  const { variable, name, value } = target(step);
  if (typeof variable.value !== 'number') throw wrong(`the variable '${name}' is no number`);
  const by = value === null ? 1 : value;
  if (typeof by !== 'number') throw wrong(`'${name}' is incremented by a number, got ${typeOf(by)}`);
  variable.value += by;
  return { status: 'Succeeded' };
}

function target({ action, run, reader }: Step): { variable: Variable; name: string; value: Json } {
  const inputs = propsOf(action.inputs);
  const name = String(prop(inputs, 'name'));
  const variable = run.variables.get(name);
  if (!variable) throw wrong(`the variable '${name}' must be initialized before it can be used`);
  return { variable, name, value: evaluate(prop(inputs, 'value'), reader) };
}

function fitting(name: string, type: string, value: Json): Json {
  const is = typeOf(value).toLowerCase();
  if (is === type || (type === 'float' && is === 'integer')) return value;
  throw wrong(`the variable '${name}' is of the type '${type}' and cannot hold a value of the type '${is}'`);
}

function wrong(message: string): FlowError {
  return new FlowError('InvalidTemplate', message);
}
