/**
 * Everything before and after a run: which flow a request means, who may come
 * in, and what is played on callers. It knows nothing of what flows do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Runner } from '../runner.js';
import type { FlowName } from '../shipped/index.js';
import { type Identity, isSigned, pathOf } from './address.js';
import { readBody, triggerBody } from './body.js';
import { afterRun, type Fault, type FaultScript, insteadOf, sendCut } from './faults.js';
import * as platform from './platform.js';

export interface DoorOptions {
  /** Whether a browser's preflight is answered. Sources conflict on what the platform does. */
  preflight?: 'answered' | 'refused';
  /** Whether other origins may read answers that no flow made. */
  platformCors?: boolean;
  faults?: FaultScript;
}

/** The trigger of one flow. */
export interface Entrance {
  name: FlowName;
  identity: Identity;
  runner: Runner;
  on: boolean;
}

export class Door {
  private readonly options: DoorOptions;
  private readonly entrances: Entrance[];
  private requests = 0;

  constructor(options: DoorOptions, entrances: Entrance[]) {
    this.options = options;
    this.entrances = entrances;
  }

  enter(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request, response).catch(() => response.destroy());
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') return this.preflight(response);
    // Whoever may not come in is not listened to.
    const entrance = this.entranceOf(request);
    if ('status' in entrance) return this.platformAnswer(response, entrance);
    const bytes = await readBody(request);
    if (!bytes) return this.platformAnswer(response, platform.TOO_LARGE);
    const fault = this.options.faults?.(this.requests++, entrance.name);
    const instead = insteadOf(fault);
    if (instead) return this.platformAnswer(response, instead);
    try {
      const body = triggerBody(bytes, request.headers['content-type'] ?? '');
      await this.runAndAnswer(entrance, { headers: headersOf(request), body }, fault, response);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.platformAnswer(response, platform.BAD_CONTENT);
    }
  }

  /** Where the request may go in, or why not. */
  private entranceOf(request: IncomingMessage): Entrance | platform.PlatformAnswer {
    const url = new URL(request.url ?? '/', 'http://flow.invalid');
    const entrance = this.entrances.find(({ identity }) => pathOf(identity) === url.pathname);
    if (!entrance) return platform.NOT_FOUND;
    if (!url.searchParams.has('api-version')) return platform.NO_VERSION;
    if (!isSigned(url.searchParams, entrance.identity)) return platform.UNAUTHORIZED;
    if (!entrance.on) return platform.OFF;
    return request.method === 'POST' ? entrance : platform.WRONG_METHOD;
  }

  private async runAndAnswer(
    { runner }: Entrance,
    trigger: Parameters<Runner['run']>[0],
    fault: Fault | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const dies = typeof fault === 'object' && 'dies' in fault ? fault.dies : undefined;
    const runs = Array.from({ length: fault === 'duplicate' ? 2 : 1 }, () => runner.run(trigger, dies));
    const [answer = platform.NO_RESPONSE]: Answer[] = await Promise.all(runs);
    const hidden = afterRun(fault);
    if (hidden) return this.platformAnswer(response, hidden);
    if (typeof fault === 'object' && 'slow' in fault) {
      // Nobody may be left to wait for it.
      await new Promise((resolve) => setTimeout(resolve, fault.slow).unref());
    }
    if (fault === 'cut') return sendCut(response, answer);
    if (!answer.byFlow) return this.platformAnswer(response, answer);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private platformAnswer(response: ServerResponse, answer: platform.PlatformAnswer | 'reset'): void {
    if (answer === 'reset') {
      response.destroy();
      return;
    }
    const cors = this.options.platformCors ? { 'Access-Control-Allow-Origin': '*' } : {};
    response.writeHead(answer.status, { ...answer.headers, ...cors }).end(answer.body);
  }

  private preflight(response: ServerResponse): void {
    if (this.options.preflight === 'refused') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(204, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'content-type',
        'Access-Control-Max-Age': '600',
      })
      .end();
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
