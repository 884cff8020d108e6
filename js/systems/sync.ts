/**
 * The sentence of a run with a system of record: the engine says what it needs
 * next, this does it. What the engine leaves is stored before a request goes
 * out, and only what a flow answered for itself is handed to it. It looks into
 * no request and no answer.
 */
import { isContactmeshError } from '../errors.js';
import type { StopSignal } from '../relay/flow/web.js';
import { syncStopped } from '../schedule/metered.js';
import type { Change } from '../sync.js';
import type { Progress } from '../types.js';
import type { SystemFlows } from './flows.js';
import type { SystemReport } from './types.js';

export interface SystemRun {
  name: string;
  flows: SystemFlows;
  /** Whether every row is to be listed, not only what changed. */
  audit: boolean;
  /** What the history calls the run. */
  run: string;
  clock: () => number;
  onProgress: Progress | undefined;
  signal: StopSignal | undefined;
}

type Step =
  | { do: 'ask'; flow: 'pull' | 'apply'; body: Record<string, unknown> }
  | { do: 'work'; done: number; total: number }
  | { do: 'done'; report: SystemReport };

/** How often a run begins anew because the engine was opened again from the store. */
const RESTARTS = 2;

export async function syncSystem(run: SystemRun, change: Change): Promise<SystemReport> {
  const { name, audit } = run;
  const wish = JSON.stringify({ audit, run: run.run });
  for (let restarts = 0; ; restarts += 1) {
    await change(`beginning a run with ${name}`, (engine) => engine.systemBegin(name, wish));
    try {
      return await goThrough(run, change);
    } catch (error) {
      // A commit of somebody else failed, and the engine that had the run is gone. What it did is stored.
      if (!isContactmeshError(error, 'system-unknown') || restarts >= RESTARTS) throw error;
    }
  }
}

async function goThrough(run: SystemRun, change: Change): Promise<SystemReport> {
  const { name, clock, signal, onProgress } = run;
  for (let answered = 0; ; ) {
    if (signal?.aborted) throw syncStopped();
    const step = await change(`going on with ${name}`, (e): Step => JSON.parse(e.systemNext(name, clock())));
    if (step.do === 'done') return step.report;
    if (step.do === 'work') {
      onProgress?.(step.done, step.total);
      continue;
    }
    const answer = await ask(run, step);
    await change(`taking in an answer of ${name}`, (e) => e.systemAnswer(name, JSON.stringify(answer), clock()));
    answered += 1;
    onProgress?.(answered, 0);
  }
}

async function ask({ flows, signal }: SystemRun, { flow, body }: Extract<Step, { do: 'ask' }>) {
  try {
    return await flows.ask(flow, body);
  } catch (error) {
    // Whatever the flow client calls it: it ended because it was asked to.
    throw signal?.aborted && isContactmeshError(error) ? syncStopped() : error;
  }
}
