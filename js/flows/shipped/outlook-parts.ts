/**
 * What Outlook Pull and Outlook Apply have alike: who asks, where claims are
 * kept, the operations on contacts, and the answer about an error. The contract
 * is docs/flow-contract-outlook.md.
 */
import type { Action, Actions, Definition, Json, JsonObject } from '../definition.js';
import { ANY, definition, HEADERS, type List, NO_RETRIES, NOT_OK, onList, operation, parameter } from './parts.js';

export const MAX_NAME = 64;
export const MAX_SYSTEM = 40;
export const MAX_FOLDER = 512;
export const MAX_ID = 512;

/** Of every request: which book and system, and which replica drives them since when. */
export const WHO: { required: string[]; properties: JsonObject } = {
  required: ['v', 'book', 'system', 'driver', 'epoch', 'folder'],
  properties: {
    v: { type: 'integer', enum: [1] },
    book: { type: 'string', minLength: 1, maxLength: MAX_NAME },
    system: { type: 'string', minLength: 1, maxLength: MAX_SYSTEM },
    driver: { type: 'string', minLength: 1, maxLength: MAX_NAME },
    epoch: { type: 'integer', minimum: 1 },
    folder: { type: 'string', minLength: 1, maxLength: MAX_FOLDER },
  },
};

/** Something of the request; of the change that Apply is at. */
export const ASKED = (name: string): string => `body('Request')?['${name}']`;
export const ONE = (name: string): string => `items('Each')?['${name}']`;

/** The claim of a create that was made before, once it was looked up. */
export const CLAIM = "first(body('Found'))";

const CLAIMS: List = { site: 'Claims site (contactmesh_claims_site)', list: 'Claims list (contactmesh_claims_list)' };

export function onClaims(operationId: string, parameters: JsonObject, retryPolicy: JsonObject): Json {
  return onList(CLAIMS, operationId, parameters, retryPolicy);
}

/**
 * Tried once: a throttled connector asks for up to a minute, which the caller
 * can wait and a run cannot, and no write may be repeated unasked.
 */
export function onContacts(operationId: string, parameters: JsonObject): Json {
  const where = { folder: "@body('Request')?['folder']", ...parameters };
  return operation('shared_office365', operationId, where, NO_RETRIES);
}

export function request(properties: JsonObject, required: string[], after: Action['runAfter'] = {}): Action {
  const schema = {
    type: 'object',
    required: [...WHO.required, ...required],
    properties: { ...WHO.properties, ...properties },
  };
  return {
    type: 'ParseJson',
    description: 'Takes an object and a text, so that JSON and text/plain both work.',
    inputs: { content: '@triggerBody()', schema },
    runAfter: after,
  };
}

/** The result of a change. */
export function said(status: string, more: Record<string, Json>, after: Action['runAfter']): Action {
  return { type: 'Compose', inputs: { key: `@${ONE('key')}`, status, ...more }, runAfter: after ?? {} };
}

/** Fails unless each of the named conditions holds. */
export function mustHold(
  conditions: Record<string, string>,
  description: string,
  runAfter: Action['runAfter'],
): Action {
  const properties = Object.fromEntries(Object.keys(conditions).map((name) => [name, { enum: [true] }]));
  return {
    type: 'ParseJson',
    description,
    inputs: { content: conditions, schema: { type: 'object', properties } },
    runAfter: runAfter ?? {},
  };
}

function problem(code: string, message: string, retryAfter: number | null): JsonObject {
  return { code, message, retryAfter };
}

function problems(what: string): JsonObject {
  return {
    400: problem('BadEnvelope', `The request is not ${what} of version 1.`, null),
    404: problem('NoFolder', 'The folder is not there, or the connection does not see it.', null),
    409: problem('OldDriver', 'Another replica drives this system; nothing was done.', null),
    429: problem('Busy', 'A connector is throttled.', 60),
    502: problem('Backend', 'A connector did not do what was asked.', 10),
  };
}

/**
 * The answer about an error. `status` is an expression that gives a text, the
 * status as in `problems`; `before` are actions that it reads.
 */
export function catching(what: string, status: string, before: Actions = {}): Actions {
  const needed = Object.keys(before).map((name) => [name, ANY] as const);
  return {
    ...before,
    Problems: { type: 'Compose', inputs: problems(what), runAfter: Object.fromEntries(needed) },
    Status: { type: 'Compose', inputs: `@${status}`, runAfter: { Problems: ['Succeeded'] } },
    Reply_error: {
      type: 'Response',
      kind: 'Http',
      inputs: {
        statusCode: "@int(coalesce(outputs('Status'), '502'))",
        headers: HEADERS,
        body: { v: 1, error: "@outputs('Problems')?[coalesce(outputs('Status'), '502')]" },
      },
      runAfter: { Status: ANY },
    },
    Stop: {
      type: 'Terminate',
      description: 'So that the run history shows what the caller was told.',
      inputs: {
        runStatus: 'Failed',
        runError: { code: 'OutlookFailed', message: 'The caller was answered with an error; see the action Status.' },
      },
      runAfter: { Reply_error: ANY },
    },
  };
}

/** A flow that does `first`, one after another, then tries, and answers for what failed. */
export function flowOf(first: Record<string, Omit<Action, 'runAfter'>>, tried: Actions, caught: Actions): Definition {
  const names = Object.keys(first);
  const chain = Object.entries(first).map(([name, action], n): [string, Action] => {
    const former = names[n - 1];
    return [name, { ...action, runAfter: former === undefined ? {} : { [former]: ['Succeeded'] } }];
  });
  return definition(
    {
      [CLAIMS.site]: parameter('contactmesh_claims_site', 'The address of the SharePoint site.'),
      [CLAIMS.list]: parameter(
        'contactmesh_claims_list',
        'The list: Title unique, Result, Driver as plain text, Epoch as a number.',
      ),
    },
    {
      ...Object.fromEntries(chain),
      Try: { type: 'Scope', actions: tried, runAfter: { [names.at(-1) ?? '']: ['Succeeded'] } },
      Catch: { type: 'Scope', actions: caught, runAfter: { Try: NOT_OK } },
    },
  );
}

export function array(name: string, description: string): Omit<Action, 'runAfter'> {
  return { type: 'InitializeVariable', description, inputs: { variables: [{ name, type: 'array', value: [] }] } };
}
