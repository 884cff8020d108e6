/**
 * Turns one call into one run: starts it, answers within the limit whatever
 * becomes of it, and writes the history when it has ended. A run goes on after
 * its caller was told that it took too long, as the platform's does.
 */
import { randomBytes } from 'node:crypto';
import { isContactmeshError } from '../errors.js';
import { type Definition, everyAction, type JsonObject } from './definition.js';
import type { History, RunEntry } from './http/history.js';
import { ACCEPTED, NO_RESPONSE, type PlatformAnswer, TIMED_OUT } from './http/platform.js';
import type { Clock, Connector, Death, Reply } from './runtime/run.js';
import { type Ended, startRun } from './runtime/start.js';
import type { FlowName } from './shipped/index.js';

/** An answer, and whether the flow made it or the platform. */
export interface Answer extends PlatformAnswer {
  byFlow?: boolean;
}

interface Parts {
  name: FlowName;
  definition: Definition;
  connectors: Record<string, Connector>;
  history: History;
  clock: Clock;
  limitMs: number;
  /** Hears, without any content, what could not be kept of a run. */
  onTrouble(message: string): void;
}

export class Runner {
  private readonly parts: Parts;
  private readonly replies: boolean;
  private readonly underWay = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.replies = [...everyAction(parts.definition.actions)].some(([, action]) => action.type === 'Response');
  }

  async run(trigger: JsonObject, dies?: Death): Promise<Answer> {
    const { definition, connectors, clock } = this.parts;
    const id = `08${randomBytes(15).toString('hex').toUpperCase()}`;
    const begun = clock.now();
    const { reply, ended } = startRun({ id, definition, trigger, connectors, clock, dies });
    const answer = this.answerOf(reply, id);
    this.follow(id, begun, ended, answer);
    return answer;
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async answerOf(reply: Promise<Reply | undefined>, id: string): Promise<Answer> {
    const ids = { 'x-ms-workflow-run-id': id };
    if (!this.replies) return { ...ACCEPTED, headers: ids };
    const given = await within(reply, this.parts.limitMs);
    if (given === 'late') return TIMED_OUT;
    if (!given) return NO_RESPONSE;
    const body = typeof given.body === 'string' ? given.body : given.body === null ? '' : JSON.stringify(given.body);
    return { status: given.status, headers: { ...given.headers, ...ids }, body, byFlow: true };
  }

  private follow(id: string, begun: number, ended: Promise<Ended>, answer: Promise<Answer>): void {
    const { clock, name: flow } = this.parts;
    const done = Promise.all([ended.catch(broken), answer]).then(([end, { status: http }]) => {
      const { status, actions, steps } = end;
      const started = new Date(begun).toISOString();
      this.note({ run: id, flow, started, ms: clock.now() - begun, status, http, actions, steps });
    });
    this.underWay.add(done);
    void done.finally(() => this.underWay.delete(done));
  }

  /** The run has taken place and was answered: a history that cannot be written must not undo that. */
  private note(entry: RunEntry): void {
    try {
      this.parts.history.append(entry);
    } catch (error) {
      if (!isContactmeshError(error, 'flow-io')) throw error;
      this.parts.onTrouble(error.message);
    }
  }
}

/** A mistake of the runtime itself; its message could quote the request, so only its name is kept. */
function broken(error: unknown): Ended {
  const code = error instanceof Error ? error.name : 'Error';
  return { status: 'Failed', steps: [{ name: 'runtime', status: 'Failed', code }], actions: 0 };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
