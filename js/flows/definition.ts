/**
 * The shape of a cloud flow's definition, as far as shipped flows and their
 * runtime use it: the workflow definition language of Power Automate (schema
 * 2016-06-01). Types only; what a definition must obey is in check.ts.
 */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export type Status = 'Succeeded' | 'Failed' | 'Skipped' | 'TimedOut';
export const STATUSES: readonly Status[] = ['Succeeded', 'Failed', 'Skipped', 'TimedOut'];

export type Actions = Record<string, Action>;

export interface Action {
  type: string;
  kind?: string;
  description?: string;
  inputs?: Json;
  /** Absent or empty: runs first. */
  runAfter?: Record<string, Status[]>;
  /** Scope, Foreach, Until and the true branch of If. */
  actions?: Actions;
  else?: { actions: Actions };
  cases?: Record<string, { case: Json; actions: Actions }>;
  default?: { actions: Actions };
  /** If, Switch and Until. */
  expression?: Json;
  foreach?: Json;
  limit?: { count?: number; timeout?: string };
  runtimeConfiguration?: { concurrency?: { repetitions: number } };
  operationOptions?: string;
  metadata?: JsonObject;
}

export interface Parameter {
  type: string;
  defaultValue?: Json;
  metadata?: JsonObject;
}

export interface Trigger {
  type: string;
  kind?: string;
  inputs: JsonObject;
  operationOptions?: string;
}

export interface Definition {
  $schema: string;
  contentVersion: string;
  parameters: Record<string, Parameter>;
  triggers: Record<string, Trigger>;
  actions: Actions;
  outputs?: JsonObject;
}

/** The maps of actions directly inside an action, with the name of each branch. */
export function branchesOf(action: Action): [branch: string, actions: Actions][] {
  const branches: [string, Actions][] = [];
  if (action.actions) branches.push(['actions', action.actions]);
  if (action.else) branches.push(['else', action.else.actions]);
  for (const [name, one] of Object.entries(action.cases ?? {})) branches.push([`case ${name}`, one.actions]);
  if (action.default) branches.push(['default', action.default.actions]);
  return branches;
}

/** Every action, with the path of actions it sits in, outermost first. */
export function* everyAction(actions: Actions, path: string[] = []): Generator<[string, Action, string[]]> {
  for (const [name, action] of Object.entries(actions)) {
    yield [name, action, path];
    for (const [, inner] of branchesOf(action)) yield* everyAction(inner, [...path, name]);
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of a value; undefined if it has none of that name, or is no object. */
export function prop(value: Json | Record<string, unknown> | undefined, key: string): Json | undefined {
  const object = value as JsonObject | undefined;
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The properties of a value; none if it is no object. */
export function propsOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
