/**
 * Compose, ParseJson, Query ("Filter array") and Select. Documented in
 * logic-apps-workflow-actions-triggers.md ("Data operation actions"). The
 * outputs of the last three are under `body('X')`.
 */
import { type Json, prop, propsOf } from '../../definition.js';
import { conditionHolds } from '../condition.js';
import { evaluate } from '../evaluate.js';
import { Reader } from '../reader.js';
import type { Outcome } from '../schedule.js';
import { schemaErrors, usesPatterns } from '../schema.js';
import { FlowError, invalid, typeOf } from '../value.js';
import type { Step } from './index.js';

export function compose({ action, reader }: Step): Outcome {
  const value = evaluate(action.inputs, reader);
  return { status: 'Succeeded', inputs: value, outputs: value };
}

/**
 * Takes an object, or a text with JSON in it: so a body may come as text/plain.
 * Codes and outputs of its failures are field evidence. The service reads JSON
 * more leniently than we do (comments, single quotes, a missing last brace).
 */
export function parseJson({ name, action, reader }: Step): Outcome {
  const inputs = propsOf(action.inputs);
  const content = evaluate(prop(inputs, 'content'), reader);
  const value = typeof content === 'string' && content !== '' ? parse(name, content) : content;
  if (value === null || content === '') throw invalid(`the content of '${name}' must not be null`);
  if (usesPatterns(prop(inputs, 'schema'))) {
    throw new FlowError('ActionSchemaNotSupported', `the schema of '${name}' has a 'pattern' or 'patternProperties'`);
  }
  const errors = schemaErrors(value, prop(inputs, 'schema') ?? {});
  if (errors.length > 0) {
    const error = { code: 'ValidationFailed', message: `The schema validation failed. ${errors.join(' ')}` };
    return { status: 'Failed', error, outputs: { errors } };
  }
  return { status: 'Succeeded', inputs: { content: null }, outputs: { body: value } };
}

function parse(name: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new FlowError('InvalidJSON', `the content of '${name}' is not valid JSON`);
  }
}

export function query({ name, action, frame, run, reader }: Step): Outcome {
  const inputs = propsOf(action.inputs);
  const from = arrayOf(name, evaluate(prop(inputs, 'from'), reader));
  const kept = from.filter((item) => conditionHolds(prop(inputs, 'where'), new Reader(run, frame, { item })));
  return { status: 'Succeeded', outputs: { body: kept } };
}

export function select({ name, action, frame, run, reader }: Step): Outcome {
  const inputs = propsOf(action.inputs);
  const from = arrayOf(name, evaluate(prop(inputs, 'from'), reader));
  const made = from.map((item) => evaluate(prop(inputs, 'select'), new Reader(run, frame, { item })));
  return { status: 'Succeeded', outputs: { body: made } };
}

function arrayOf(name: string, value: Json): Json[] {
  if (Array.isArray(value)) return value;
  throw invalid(`the 'from' of '${name}' must be an array, got ${typeOf(value)}`);
}
