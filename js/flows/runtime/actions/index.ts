/**
 * The kinds of action that this runtime executes, by the name of their type.
 * Any other type is an error that names it, never skipped.
 */
import type { Action } from '../../definition.js';
import { Reader } from '../reader.js';
import type { Frame, Run } from '../run.js';
import type { Outcome } from '../schedule.js';
import { FlowError } from '../value.js';
import { openApiConnection } from './connection.js';
import { ifAction, scope, switchAction } from './control.js';
import { compose, parseJson, query, select } from './data.js';
import { foreach, until } from './loops.js';
import { response, terminate } from './reply.js';
import { appendToArray, increment, initialize, set } from './variables.js';

/** An action about to run, and all that it may use. */
export interface Step {
  name: string;
  action: Action;
  frame: Frame;
  run: Run;
  reader: Reader;
}

type Kind = (step: Step) => Outcome | Promise<Outcome>;

export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['Scope', scope],
  ['If', ifAction],
  ['Switch', switchAction],
  ['Foreach', foreach],
  ['Until', until],
  ['Compose', compose],
  ['ParseJson', parseJson],
  ['Query', query],
  ['Select', select],
  ['InitializeVariable', initialize],
  ['SetVariable', set],
  ['AppendToArrayVariable', appendToArray],
  ['IncrementVariable', increment],
  ['Response', response],
  ['Terminate', terminate],
  ['OpenApiConnection', openApiConnection],
]);

export async function execute(name: string, action: Action, frame: Frame, run: Run): Promise<Outcome> {
  const kind = KINDS.get(action.type);
  if (!kind)
    throw new FlowError('InvalidTemplate', `this runtime does not know the action type '${action.type}' of '${name}'`);
  return await kind({ name, action, frame, run, reader: new Reader(run, frame) });
}
