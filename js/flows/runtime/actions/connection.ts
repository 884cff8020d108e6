/**
 * OpenApiConnection: an operation of a connector, with the retries that its
 * policy asks for. Documented in error-exception-handling.md: 408, 429 and 5xx
 * are tried again. That `Retry-After` sets the wait is field evidence. A `limit.timeout` ends it
 * as TimedOut. It refuses an operation without a stand-in, by name.
 */
import { isObject, type Json, type JsonObject, prop, propsOf } from '../../definition.js';
import { secondsOf } from '../duration.js';
import { evaluate } from '../evaluate.js';
import type { Connector, ConnectorAnswer, Run } from '../run.js';
import type { Outcome } from '../schedule.js';
import { FlowError } from '../value.js';
import type { Step } from './index.js';

export async function openApiConnection({ name, action, run, reader }: Step): Promise<Outcome> {
  const inputs = propsOf(action.inputs);
  const host = propsOf(prop(inputs, 'host'));
  const api = String(prop(host, 'apiId')).split('/').at(-1) ?? '';
  const connector = Object.hasOwn(run.connectors, api) ? run.connectors[api] : undefined;
  if (!connector) throw new FlowError('InvalidTemplate', `'${name}' uses '${api}', which has no stand-in here`);
  const parameters = evaluate(prop(inputs, 'parameters') ?? {}, reader);
  const work = callWithRetries(
    connector,
    String(prop(host, 'operationId')),
    parameters as JsonObject,
    retryOf(inputs),
    run,
  );
  const seconds = action.limit?.timeout === undefined ? undefined : secondsOf(action.limit.timeout);
  const answer = seconds === undefined ? await work : await Promise.race([work, run.clock.sleep(seconds * 1000)]);
  if (!answer) {
    return { status: 'TimedOut', error: { code: 'ActionTimedOut', message: `'${name}' took more than ${seconds} s.` } };
  }
  return outcomeOf(answer);
}

function outcomeOf(answer: ConnectorAnswer): Outcome {
  const outputs: Json = { statusCode: answer.statusCode, headers: answer.headers, body: answer.body };
  if (answer.statusCode < 400) return { status: 'Succeeded', outputs };
  const code = NAMES[answer.statusCode] ?? 'BadGateway';
  return {
    status: 'Failed',
    outputs,
    error: { code, message: `The operation failed with status ${answer.statusCode}.` },
  };
}

const NAMES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

interface Retry {
  count: number;
  /** Milliseconds before the n-th repetition, from 0. */
  wait(n: number): number;
}

/** A policy must be said: what the platform does by default waits for minutes, longer than a caller may. */
function retryOf(inputs: JsonObject): Retry {
  const policy = prop(inputs, 'retryPolicy');
  const type = isObject(policy) ? prop(policy, 'type') : undefined;
  if (!isObject(policy) || type === 'none') return { count: 0, wait: () => 0 };
  const [count, interval] = [Number(prop(policy, 'count')), secondsOf(prop(policy, 'interval')) * 1000];
  if (type === 'fixed') return { count, wait: () => interval };
  if (type === 'exponential') return { count, wait: (n) => interval * 2 ** n };
  throw new FlowError('InvalidTemplate', `the retry policy '${String(type)}' is unknown`);
}

async function callWithRetries(
  connector: Connector,
  operation: string,
  parameters: JsonObject,
  retry: Retry,
  run: Run,
): Promise<ConnectorAnswer> {
  for (let n = 0; ; n++) {
    const answer = await connector.call(operation, parameters);
    const { statusCode } = answer;
    if (n >= retry.count || !(statusCode === 408 || statusCode === 429 || statusCode >= 500)) return answer;
    await run.clock.sleep(Math.max(retry.wait(n), Number(answer.headers['Retry-After'] ?? 0) * 1000));
  }
}
