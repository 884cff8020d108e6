/**
 * The functions that read the run: `body('X')`, `item()`, `variables('x')` and
 * the like, documented in workflow-definition-language-functions-reference.md
 * ("Workflow functions"). It changes nothing. A name that is nowhere in the
 * definition is an error; an action that was skipped or has not run is null.
 */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject, prop } from '../definition.js';
import type { Scope } from './evaluate.js';
import { text } from './functions/arguments.js';
import { timestamp } from './functions/dates.js';
import type { ActionRecord, Frame, Run } from './run.js';
import { invalid } from './value.js';

/** The names that only a run can answer, in lower case. */
export const RUN_FUNCTIONS: ReadonlySet<string> = new Set(
  'body outputs actions result variables parameters item items iterationIndexes trigger triggerBody triggerOutputs workflow utcNow guid'
    .toLowerCase()
    .split(' '),
);

export class Reader implements Scope {
  private readonly run: Run;
  private readonly frame: Frame;
  private readonly current: { item: Json } | undefined;

  /** `current` is the item of a Query or Select. */
  constructor(run: Run, frame: Frame, current?: { item: Json }) {
    this.run = run;
    this.frame = frame;
    this.current = current;
  }

  call(name: string, args: Json[]): Json | undefined {
    switch (name) {
      case 'outputs':
        return this.record(args)?.outputs ?? null;
      case 'body':
        return bodyOf(this.record(args)?.outputs);
      case 'actions': {
        const record = this.record(args);
        return record ? describe(record) : null;
      }
      case 'result':
        return resultOf(this.record(args));
      case 'variables':
        return this.variable(text(args, 0));
      case 'parameters':
        return this.parameter(text(args, 0));
      case 'item':
        return this.item();
      case 'items':
        return this.loop(text(args, 0)).item;
      case 'iterationindexes':
        return this.loop(text(args, 0)).index;
      case 'trigger':
        return { name: 'manual', outputs: this.run.trigger };
      case 'triggerbody':
        return prop(this.run.trigger, 'body') ?? null;
      case 'triggeroutputs':
        return this.run.trigger;
      case 'workflow':
        return { run: { name: this.run.id } };
      case 'utcnow':
        return timestamp(this.run.clock.now());
      case 'guid':
        return randomUUID();
      default:
        return undefined;
    }
  }

  private record(args: Json[]): ActionRecord | undefined {
    const name = text(args, 0);
    if (!this.run.names.has(name)) throw invalid(`the action '${name}' is not defined in the template.`);
    return this.frame.find(name);
  }

  private variable(name: string): Json {
    const variable = this.run.variables.get(name);
    if (!variable) throw invalid(`the variable '${name}' must be initialized before it can be used.`);
    return variable.value;
  }

  private parameter(name: string): Json {
    const value = prop(this.run.parameters, name);
    if (value === undefined) throw invalid(`the workflow parameter '${name}' is not found.`);
    return value;
  }

  /** The item of the Query or Select, else of the innermost Foreach. */
  private item(): Json {
    if (this.current) return this.current.item;
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.parent) if (frame.loop) return frame.loop.item;
    throw invalid('item() is used outside of anything that repeats.');
  }

  private loop(name: string): { item: Json; index: number } {
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.parent) {
      if (frame.loop?.name === name) return frame.loop;
    }
    throw invalid(`items('${name}') is used outside of the Foreach '${name}'.`);
  }
}

function bodyOf(outputs: Json | undefined): Json {
  return isObject(outputs) ? (prop(outputs, 'body') ?? null) : null;
}

/** What `actions()` answers; `result()` lists the same. */
function describe(record: ActionRecord): JsonObject {
  const { children, each, error, ...rest } = record;
  return { ...rest, ...(error ? { error: { ...error } } : {}) } as JsonObject;
}

/**
 * The direct children only: a failure further down shows here as that of the
 * child around it. For a Foreach, a child is listed once, with its iterations
 * as outputs (documented in the reference, `result`).
 */
function resultOf(record: ActionRecord | undefined): Json {
  const rounds = record?.children;
  if (!record || !rounds) return [];
  if (!record.each) return (rounds.at(-1) ?? []).map(describe);
  const names = [...new Set(rounds.flat().map((one) => one.name))];
  return names.map((name) => ({
    name,
    outputs: rounds
      .flat()
      .filter((one) => one.name === name)
      .map(describe),
  }));
}
