/**
 * Runs a map of actions: each waits for those in its `runAfter`, runs if each
 * of them ended in one of the states it names, and is skipped otherwise;
 * independent actions run side by side. Documented in
 * error-exception-handling.md ("Manage the run after behavior"). It knows
 * no kind of action; kinds are in actions/.
 */
import type { Action, Actions, Json, Status } from '../definition.js';
import { execute } from './actions/index.js';
import { type ActionRecord, type Frame, type Run, Terminated } from './run.js';
import { FlowError } from './value.js';

export interface Outcome {
  status: Status;
  code?: string;
  inputs?: Json;
  outputs?: Json;
  error?: { code: string; message: string };
  children?: ActionRecord[][];
  each?: boolean;
}

/** What a block of actions came to. */
export interface Block {
  status: 'Succeeded' | 'Failed';
  records: ActionRecord[];
}

export async function runActions(actions: Actions, frame: Frame, run: Run): Promise<Block> {
  const started = new Map<string, Promise<ActionRecord>>();
  const start = (name: string): Promise<ActionRecord> => {
    const known = started.get(name);
    if (known) return known;
    const action = actions[name];
    if (!action) throw new FlowError('InvalidTemplate', `an action runs after '${name}', which is not beside it`);
    const promise = after(action, start).then((ready) => runOne(name, action, ready, frame, run));
    started.set(name, promise);
    return promise;
  };
  const settled = await Promise.allSettled(Object.keys(actions).map(start));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  const records = Object.keys(actions).map((name) => frame.records.get(name) as ActionRecord);
  return { status: statusOf(actions, frame), records };
}

async function after(action: Action, start: (name: string) => Promise<ActionRecord>): Promise<boolean> {
  const wanted = Object.entries(action.runAfter ?? {});
  const ended = await Promise.all(wanted.map(([name]) => start(name)));
  return wanted.every(([, states], n) => states.includes(ended[n]?.status as Status));
}

async function runOne(name: string, action: Action, ready: boolean, frame: Frame, run: Run): Promise<ActionRecord> {
  if (run.terminated) throw run.terminated;
  if (ready && run.dies && 'before' in run.dies && run.dies.before === name) throw died(run);
  const startTime = isoNow(run);
  const outcome = ready ? await attempt(name, action, frame, run) : SKIPPED;
  const { code = outcome.status === 'Succeeded' ? 'OK' : 'ActionFailed', ...rest } = outcome;
  const record: ActionRecord = { name, code, startTime, endTime: isoNow(run), ...rest };
  frame.records.set(name, record);
  if (outcome.status === 'Skipped') skipInner(action, frame, run);
  run.steps.push({ name, status: record.status, code: record.error?.code ?? record.code });
  if (ready && run.dies && 'after' in run.dies && run.dies.after === name) throw died(run);
  return record;
}

function died(run: Run): Terminated {
  run.terminated = new Terminated('Cancelled');
  return run.terminated;
}

const SKIPPED: Outcome = {
  status: 'Skipped',
  code: 'ActionSkipped',
  error: { code: 'ActionConditionFailed', message: 'The runAfter condition is not satisfied.' },
};

/** A wrong expression, and every other error of the action, is a failed action. */
async function attempt(name: string, action: Action, frame: Frame, run: Run): Promise<Outcome> {
  try {
    return await execute(name, action, frame, run);
  } catch (error) {
    if (error instanceof Terminated) {
      const status = action.type === 'Terminate' ? 'Succeeded' : 'Cancelled';
      run.steps.push({ name, status, code: 'Terminated' });
    }
    if (!(error instanceof FlowError)) throw error;
    return { status: 'Failed', error: { code: error.code, message: error.message } };
  }
}

/** What sits in a skipped action is skipped with it. */
export function skipInner(
  action: Pick<Action, 'actions' | 'else' | 'cases' | 'default'>,
  frame: Frame,
  run: Run,
): void {
  const inner = [action.actions, action.else?.actions, action.default?.actions];
  for (const one of Object.values(action.cases ?? {})) inner.push(one.actions);
  for (const actions of inner) if (actions) skipAll(actions, frame, run);
}

export function skipAll(actions: Actions, frame: Frame, run: Run): void {
  for (const [name, action] of Object.entries(actions)) {
    const now = isoNow(run);
    frame.records.set(name, { name, code: 'ActionSkipped', startTime: now, endTime: now, status: 'Skipped' });
    run.steps.push({ name, status: 'Skipped', code: 'ActionSkipped' });
    skipInner(action, frame, run);
  }
}

/**
 * Documented in error-exception-handling.md ("Manage the run after behavior"):
 * the end of every branch decides; one that was skipped counts as those before it.
 */
function statusOf(actions: Actions, frame: Frame): 'Succeeded' | 'Failed' {
  const followed = new Set(Object.values(actions).flatMap((action) => Object.keys(action.runAfter ?? {})));
  const failed = (name: string): boolean => {
    const status = frame.records.get(name)?.status;
    if (status === 'Skipped') return Object.keys(actions[name]?.runAfter ?? {}).some(failed);
    return status !== 'Succeeded';
  };
  return Object.keys(actions).some((name) => !followed.has(name) && failed(name)) ? 'Failed' : 'Succeeded';
}

function isoNow(run: Run): string {
  return new Date(run.clock.now()).toISOString();
}
