/**
 * The order of actions: everything in a `runAfter` is beside the action, names
 * states that exist, and nothing waits for itself. Also what an action may look
 * back at, for the checks of references.
 */
import { type Action, type Actions, branchesOf, type Definition, everyAction, STATUSES } from '../definition.js';

export function graphMistakes(definition: Definition): string[] {
  const mistakes: string[] = [];
  const seen = new Set<string>();
  for (const [name] of everyAction(definition.actions)) {
    if (seen.has(name)) mistakes.push(`there are two actions called '${name}'`);
    seen.add(name);
  }
  for (const actions of everyMap(definition.actions)) mistakes.push(...mapMistakes(actions));
  return mistakes;
}

function* everyMap(actions: Actions): Generator<Actions> {
  yield actions;
  for (const action of Object.values(actions)) for (const [, inner] of branchesOf(action)) yield* everyMap(inner);
}

function mapMistakes(actions: Actions): string[] {
  const mistakes: string[] = [];
  for (const [name, action] of Object.entries(actions)) {
    for (const [other, states] of Object.entries(action.runAfter ?? {})) {
      if (!Object.hasOwn(actions, other)) mistakes.push(`'${name}' runs after '${other}', which is not beside it`);
      if (states.length === 0) mistakes.push(`'${name}' names no state of '${other}'`);
      for (const state of states) {
        if (!STATUSES.includes(state))
          mistakes.push(`'${name}' waits for '${other}' to be '${state}', which is no state`);
      }
    }
    if (mistakes.length === 0 && precedes(actions, name).has(name)) mistakes.push(`'${name}' runs after itself`);
  }
  return mistakes;
}

/** All that `name` runs after, directly or not, in its own map. */
export function precedes(actions: Actions, name: string, found: Set<string> = new Set()): Set<string> {
  for (const other of Object.keys(actions[name]?.runAfter ?? {})) {
    if (found.has(other)) continue;
    found.add(other);
    precedes(actions, other, found);
  }
  return found;
}

/** An action, its map, the loops around it (innermost first), and what has run before it. */
export interface Place {
  name: string;
  action: Action;
  siblings: Actions;
  loops: string[];
  before: ReadonlySet<string>;
}

/**
 * What is inside a loop can be looked at from inside that loop only: outside,
 * there is one of it per iteration.
 */
export function* everyPlace(
  actions: Actions,
  loops: string[] = [],
  outer: ReadonlySet<string> = new Set(),
): Generator<Place> {
  for (const [name, action] of Object.entries(actions)) {
    const before = new Set(outer);
    for (const other of precedes(actions, name)) addVisible(other, actions[other], before);
    yield { name, action, siblings: actions, loops, before };
    const isLoop = action.type === 'Foreach' || action.type === 'Until';
    for (const [, inner] of branchesOf(action)) yield* everyPlace(inner, isLoop ? [name, ...loops] : loops, before);
  }
}

export function addVisible(name: string, action: Action | undefined, into: Set<string>): void {
  into.add(name);
  if (!action || action.type === 'Foreach') return;
  for (const [, inner] of branchesOf(action)) {
    for (const [other, one] of Object.entries(inner)) addVisible(other, one, into);
  }
}
