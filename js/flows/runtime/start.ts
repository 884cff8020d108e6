/**
 * Starts a run of a definition and follows it to its end. Answers at once: the
 * reply comes when the run gives one, or is undefined if it ends without. It
 * refuses nothing: a definition is judged by check.ts before.
 */
import { type Definition, everyAction, type Json, type JsonObject } from '../definition.js';
import { type Clock, type Connector, type Death, Frame, type Reply, type Run, type Step, Terminated } from './run.js';
import { runActions } from './schedule.js';
import { FlowError } from './value.js';

export interface StartOptions {
  id: string;
  definition: Definition;
  /** Values for parameters of the definition, over their defaults. */
  parameters?: Record<string, Json>;
  /** What the trigger got: `headers`, `queries`, `body`. */
  trigger: JsonObject;
  connectors: Record<string, Connector>;
  clock: Clock;
  dies?: Death | undefined;
}

export interface Ended {
  status: 'Succeeded' | 'Failed' | 'Cancelled';
  steps: Step[];
  /** How many actions ran, iterations counted one by one: what a licence counts. */
  actions: number;
}

export interface Started {
  reply: Promise<Reply | undefined>;
  ended: Promise<Ended>;
}

export function startRun(options: StartOptions): Started {
  let answer: (reply: Reply | undefined) => void = () => {};
  const reply = new Promise<Reply | undefined>((resolve) => {
    answer = resolve;
  });
  let replied = false;
  const run: Run = {
    id: options.id,
    definition: options.definition,
    names: new Set([...everyAction(options.definition.actions)].map(([name]) => name)),
    parameters: { ...defaultsOf(options.definition), ...options.parameters },
    trigger: options.trigger,
    variables: new Map(),
    steps: [],
    connectors: options.connectors,
    clock: options.clock,
    reply(given) {
      if (replied) throw new FlowError('ActionFailed', 'this run has replied already');
      replied = true;
      answer(given);
    },
    terminated: undefined,
    dies: options.dies,
  };
  const ended = follow(run).finally(() => answer(undefined));
  return { reply, ended };
}

async function follow(run: Run): Promise<Ended> {
  const status = await finish(run);
  return { status, steps: run.steps, actions: run.steps.filter((step) => step.status !== 'Skipped').length };
}

async function finish(run: Run): Promise<Ended['status']> {
  try {
    return (await runActions(run.definition.actions, new Frame(), run)).status;
  } catch (error) {
    if (error instanceof Terminated) return error.status;
    throw error;
  }
}

function defaultsOf(definition: Definition): Record<string, Json> {
  const defaults: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(definition.parameters))
    defaults[name] = parameter.defaultValue ?? null;
  return defaults;
}
