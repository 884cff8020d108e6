/**
 * Serves a flow from this machine: an HTTP server with the trigger's address,
 * the runtime behind it and a list kept in a folder. It is a place to try and
 * test, our reading of the platform and not the platform. It refuses to serve a
 * definition that breaks the rules of check.ts.
 */
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import { checkDefinition } from './check.js';
import { SharePointList } from './connectors/sharepoint.js';
import type { Definition } from './definition.js';
import { addressOf, identityIn, isSigned, pathOf } from './http/address.js';
import { readBody, triggerBody } from './http/body.js';
import { afterRun, type Fault, type FaultScript, insteadOf, sendCut } from './http/faults.js';
import { History, type RunEntry } from './http/history.js';
import { lockFolder } from './http/lock.js';
import * as platform from './http/platform.js';
import { type Answer, Runner } from './runner.js';
import type { Clock } from './runtime/run.js';
import { RELAY_EXCHANGE } from './shipped/relay-exchange.js';

export interface ServeOptions {
  /** Where the list, the address and the history are kept. */
  folder: string;
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  definition?: Definition;
  /** Whether a browser's preflight is answered. Sources conflict on what the platform does. */
  preflight?: 'answered' | 'refused';
  /** Whether other origins may read answers that no flow made. */
  platformCors?: boolean;
  /** How long a caller waits for the flow's Response; 120 s, as documented. */
  responseLimitMs?: number;
  faults?: FaultScript;
  clock?: Clock;
  /** Hears what went wrong with the files, for people and without any content. */
  onTrouble?: (message: string) => void;
}

export interface Served {
  /** The trigger's address. It is a secret. */
  url: string;
  list: SharePointList;
  turn(on: boolean): void;
  history(): RunEntry[];
  close(): Promise<void>;
}

/** The columns of the list that the setup asks for; a multi-line text takes 63,999 characters (from memory). */
const COLUMNS = { unique: ['Title'], indexed: ['Book'], longest: { Title: 255, Chunk: 63_999 } };
const RESPONSE_LIMIT_MS = 120_000;

export async function serveFlows(options: ServeOptions): Promise<Served> {
  const definition = options.definition ?? RELAY_EXCHANGE;
  const mistakes = checkDefinition(definition);
  if (mistakes.length > 0)
    throw new ContactmeshError('flow-wrong', `this flow cannot be served:\n${mistakes.join('\n')}`);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(options.folder);
  try {
    return await serve(options, definition, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function serve(options: ServeOptions, definition: Definition, unlock: () => void): Promise<Served> {
  const { onTrouble = () => {} } = options;
  const list = new SharePointList(join(options.folder, 'list.jsonl'), COLUMNS, onTrouble);
  const history = new History(join(options.folder, 'runs.jsonl'));
  if (list.mended) onTrouble('list.jsonl ended in half a line, which nobody was told is kept; it was dropped');
  if (history.mended) onTrouble('runs.jsonl ended in half a line; it was dropped');
  const clock = options.clock ?? SYSTEM_CLOCK;
  const limitMs = options.responseLimitMs ?? RESPONSE_LIMIT_MS;
  const runner = new Runner({ definition, list, history, clock, limitMs, onTrouble });
  const door = new Door(options, runner);
  const server = createServer((request, response) => door.enter(request, response));
  const origin = await listen(server, options);
  return {
    url: addressOf(origin, door.identity),
    list,
    turn: (on) => {
      door.on = on;
    },
    history: () => history.entries(),
    async close() {
      try {
        await new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        });
        await runner.idle();
      } finally {
        unlock();
      }
    },
  };
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function listen(server: Server, { port = 0, host = '127.0.0.1' }: ServeOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(new ContactmeshError('flow-io', `cannot listen on ${host}:${port}; choose another port`, { cause }));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      const { address, port: taken, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`);
    });
  });
}

/** Everything before and after a run: who may come in, and what is played on them. */
class Door {
  readonly identity;
  on = true;
  private readonly options: ServeOptions;
  private readonly runner: Runner;
  private requests = 0;

  constructor(options: ServeOptions, runner: Runner) {
    this.options = options;
    this.runner = runner;
    this.identity = identityIn(options.folder);
  }

  enter(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request, response).catch(() => response.destroy());
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') return this.preflight(response);
    // Whoever may not come in is not listened to.
    const refusal = this.refusal(request);
    if (refusal) return this.platformAnswer(response, refusal);
    const bytes = await readBody(request);
    if (!bytes) return this.platformAnswer(response, platform.TOO_LARGE);
    const fault = this.options.faults?.(this.requests++);
    const instead = insteadOf(fault);
    if (instead) return this.platformAnswer(response, instead);
    try {
      const body = triggerBody(bytes, request.headers['content-type'] ?? '');
      await this.runAndAnswer({ headers: headersOf(request), body }, fault, response);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.platformAnswer(response, platform.BAD_CONTENT);
    }
  }

  private refusal(request: IncomingMessage): platform.PlatformAnswer | undefined {
    const url = new URL(request.url ?? '/', 'http://flow.invalid');
    if (url.pathname !== pathOf(this.identity)) return platform.NOT_FOUND;
    if (!url.searchParams.has('api-version')) return platform.NO_VERSION;
    if (!isSigned(url.searchParams, this.identity)) return platform.UNAUTHORIZED;
    if (!this.on) return platform.OFF;
    return request.method === 'POST' ? undefined : platform.WRONG_METHOD;
  }

  private async runAndAnswer(
    trigger: Parameters<Runner['run']>[0],
    fault: Fault | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const runs = Array.from({ length: fault === 'duplicate' ? 2 : 1 }, () => this.runner.run(trigger));
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
