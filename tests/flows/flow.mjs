// Helpers for the tests of flows: a served flow in a folder of its own, a
// client that says what came back, and small definitions to run.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRun } from '../../pkg/dist/flows/runtime/start.js';
import { serveFlows } from '../../pkg/dist/flows/server.js';

export const CLOCK = { now: () => Date.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) };

/** Serves the shipped flow while `body` runs, then removes all of it. */
export async function withFlow(options, body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
  const served = await serveFlows({ folder, clock: CLOCK, ...options });
  try {
    await body(served, folder);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export function chunkOf(value) {
  const bytes = Buffer.from(String(value));
  return { hash: createHash('sha256').update(bytes).digest('hex'), chunk: bytes.toString('base64') };
}

export const request = (more = {}) => ({ v: 1, book: 'b1', after: 0, push: [], ...more });

/** Posts an exchange; answers the response and its body, parsed if it is JSON. */
export async function post(served, body, { type = 'application/json', url = served.url } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body: text });
  const answer = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && answer !== '';
  return { status: response.status, headers: response.headers, text: answer, body: isJson ? JSON.parse(answer) : null };
}

/** Posts an exchange that must succeed; answers its body. */
export async function exchange(served, more) {
  const answer = await post(served, request(more));
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

export const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'x' };

/** A definition around `actions`. */
export function definitionOf(actions, more = {}) {
  return {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    parameters: {},
    triggers: {
      manual: { type: 'Request', kind: 'Http', inputs: { method: 'POST', triggerAuthenticationType: 'All' } },
    },
    actions,
    outputs: {},
    ...more,
  };
}

export const compose = (inputs, runAfter = {}) => ({ type: 'Compose', inputs, runAfter });
export const after = (name, ...states) => ({ [name]: states.length > 0 ? states : ['Succeeded'] });
/** An action that fails when it runs. */
export const failing = (runAfter = {}) => compose("@json('{}').absent", runAfter);
/** A Response with `body`. */
export const reply = (body, runAfter) => ({
  type: 'Response',
  kind: 'Http',
  inputs: { statusCode: 200, headers: CORS, body },
  runAfter,
});

/** Runs `actions`; answers the reply's body, how it ended and the state of each action. */
export async function run(actions, { body = null, connectors = {}, parameters, dies } = {}) {
  const definition = definitionOf(actions, parameters ? { parameters } : {});
  const started = startRun({ id: 'r', definition, trigger: { headers: {}, body }, connectors, clock: CLOCK, dies });
  const ended = await started.ended;
  const states = Object.fromEntries(ended.steps.map((step) => [step.name, step.status]));
  return { reply: (await started.reply)?.body, ...ended, states };
}
