/**
 * The shape of a definition: its envelope, the one trigger, actions that are
 * objects of a known type with branches where they belong. It looks at no
 * expression.
 */
import { type Action, type Actions, type Definition, everyAction, isObject, type Json, prop } from '../definition.js';
import { KINDS } from '../runtime/actions/index.js';
import { usesPatterns } from '../runtime/schema.js';

const SCHEMA = /\/schemas\/2016-06-01\/workflowdefinition\.json#$/;

export function shapeMistakes(definition: Definition): string[] {
  const raw = definition as unknown as Json;
  if (!isObject(raw)) return ['a definition is an object'];
  const mistakes: string[] = [];
  if (!SCHEMA.test(String(prop(raw, '$schema')))) mistakes.push('$schema is not that of 2016-06-01');
  for (const key of ['contentVersion', 'parameters', 'triggers', 'actions']) {
    if (raw[key] === undefined) mistakes.push(`the definition has no '${key}'`);
  }
  if (mistakes.length > 0) return mistakes;
  mistakes.push(...triggerMistakes(definition));
  mistakes.push(...mapMistakes('the definition', definition.actions));
  if (mistakes.length > 0) return mistakes;
  for (const [name, action] of everyAction(definition.actions)) mistakes.push(...actionMistakes(name, action));
  return mistakes;
}

/** Power Automate: exactly one trigger. Its key is part of the address; a schema would be answered without our headers. */
function triggerMistakes(definition: Definition): string[] {
  const names = Object.keys(definition.triggers);
  const trigger = Object.values(definition.triggers)[0];
  if (names.length !== 1 || names[0] !== 'manual' || !trigger)
    return [`there must be one trigger, 'manual', got ${names.join(', ')}`];
  const mistakes: string[] = [];
  if (trigger.type !== 'Request' || trigger.kind !== 'Http') mistakes.push("the trigger 'manual' is not Request/Http");
  if (prop(trigger.inputs, 'method') !== 'POST') mistakes.push("the trigger 'manual' must take POST");
  if (prop(trigger.inputs, 'schema') !== undefined)
    mistakes.push("the trigger 'manual' has a schema; check with ParseJson");
  if (prop(trigger.inputs, 'relativePath') !== undefined) mistakes.push("the trigger 'manual' has a relativePath");
  // Once on, a trigger's concurrency cannot be undone (documented in logic-apps-workflow-actions-triggers.md).
  if ('runtimeConfiguration' in trigger) mistakes.push("the trigger 'manual' limits its concurrency");
  return mistakes;
}

function mapMistakes(where: string, actions: Actions): string[] {
  if (!isObject(actions as unknown as Json)) return [`the actions of ${where} are no object`];
  return Object.entries(actions).flatMap(([name, action]) => {
    if (!isObject(action as unknown as Json)) return [`'${name}' is no object`];
    if (typeof action.type !== 'string') return [`'${name}' has no type`];
    const inner: Actions[] = [action.actions, action.else?.actions, action.default?.actions].filter((one) => !!one);
    for (const one of Object.values(action.cases ?? {})) inner.push(one.actions);
    return inner.flatMap((one) => mapMistakes(`'${name}'`, one));
  });
}

const CONTAINERS = new Set(['Scope', 'If', 'Foreach', 'Until']);

function actionMistakes(name: string, action: Action): string[] {
  const mistakes: string[] = [];
  const { type } = action;
  if (!KINDS.has(type)) return [`'${name}' has the type '${type}', which this runtime does not know`];
  if (CONTAINERS.has(type) && !action.actions) mistakes.push(`'${name}' has no actions`);
  if (action.actions && !CONTAINERS.has(type)) mistakes.push(`'${name}' cannot hold actions`);
  if (action.else && type !== 'If') mistakes.push(`'${name}' has an else and is no If`);
  if ((type === 'If' || type === 'Switch' || type === 'Until') && action.expression === undefined) {
    mistakes.push(`'${name}' has no expression`);
  }
  if (type === 'Foreach' && action.foreach === undefined) mistakes.push(`'${name}' has no foreach`);
  if (type === 'Switch' && !action.cases) mistakes.push(`'${name}' has no cases`);
  if (type === 'ParseJson' && usesPatterns(prop(action.inputs, 'schema'))) {
    mistakes.push(`'${name}' has a schema with a pattern, which Parse JSON refuses`);
  }
  if (!CONTAINERS.has(type) && type !== 'Switch' && action.inputs === undefined)
    mistakes.push(`'${name}' has no inputs`);
  return mistakes;
}
