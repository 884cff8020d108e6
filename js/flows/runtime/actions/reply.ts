/**
 * Response and Terminate. Documented in connectors-native-reqres.md and
 * logic-apps-workflow-actions-triggers.md: a status is 2xx, 4xx or 5xx, some
 * headers never reach the caller, a run replies once, and Terminate ends the
 * run at once with the state it names.
 */
import { isObject, type Json, prop, propsOf } from '../../definition.js';
import { evaluate } from '../evaluate.js';
import { Terminated } from '../run.js';
import type { Outcome } from '../schedule.js';
import { FlowError, textOf } from '../value.js';
import type { Step } from './index.js';

const STRIPPED =
  /^(allow|content-(?!disposition$|encoding$|type$).*|cookie|expires|last-modified|set-cookie|transfer-encoding)$/i;

export function response({ name, action, run, reader }: Step): Outcome {
  const inputs = evaluate(action.inputs, reader);
  if (!isObject(inputs)) throw new FlowError('InvalidTemplate', `'${name}' has no inputs`);
  const status = Number(prop(inputs, 'statusCode'));
  if (!Number.isInteger(status) || status < 200 || status > 599 || (status >= 300 && status < 400)) {
    throw new FlowError(
      'InvalidTemplate',
      `'${name}' replies with the status ${textOf(prop(inputs, 'statusCode') ?? null)}`,
    );
  }
  const given = propsOf(prop(inputs, 'headers'));
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) if (!STRIPPED.test(key)) headers[key] = textOf(value);
  run.reply({ status, headers, body: prop(inputs, 'body') ?? null });
  return { status: 'Succeeded', outputs: { statusCode: status, headers, body: null } };
}

export function terminate({ action, run, reader }: Step): never {
  const inputs: Json = evaluate(action.inputs, reader);
  const status = prop(inputs, 'runStatus');
  if (status !== 'Succeeded' && status !== 'Failed' && status !== 'Cancelled') {
    throw new FlowError('InvalidTemplate', 'Terminate ends a run as Succeeded, Failed or Cancelled');
  }
  run.terminated = new Terminated(status);
  throw run.terminated;
}
