/**
 * The Relay Exchange flow, the one source of flows/relay-exchange/definition.json:
 * a relay in a SharePoint list. One run claims the pushed chunks and answers
 * what follows the caller's cursor. It never looks into a chunk, nor makes a
 * text of one. The contract is docs/flow-contract.md.
 */
import type { Action, Actions, Definition, JsonObject } from '../definition.js';
import { ANY, definition, HEADERS, NO_RETRIES, NOT_OK, onList, parameter, READ_RETRIES } from './parts.js';

/** The most chunks in a push and in an answer, and the longest chunk in base64. */
export const MAX_PUSH = 20;
export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 20;
export const MAX_HAVE = 100;
export const MAX_CHUNK_TEXT = 48_000;
export const MAX_BOOK = 64;
export const HASH_LENGTH = 64;

const LIST = { site: 'Relay site (contactmesh_relay_site)', list: 'Relay list (contactmesh_relay_list)' };

// No trigger schema: Power Automate may check it and then answers itself, without our headers. No patterns:
// ParseJson refuses a schema that has one (field evidence), so nothing below relies on what a text is made of.
const HASH: JsonObject = { type: 'string', minLength: HASH_LENGTH, maxLength: HASH_LENGTH };
const REQUEST_SCHEMA: JsonObject = {
  type: 'object',
  required: ['v', 'book', 'after', 'push'],
  properties: {
    v: { type: 'integer', enum: [1] },
    book: { type: 'string', minLength: 1, maxLength: MAX_BOOK },
    after: { type: 'integer', minimum: 0 },
    limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
    have: { type: 'array', maxItems: MAX_HAVE, items: HASH },
    push: {
      type: 'array',
      maxItems: MAX_PUSH,
      items: {
        type: 'object',
        required: ['hash', 'chunk'],
        properties: {
          hash: HASH,
          chunk: { type: 'string', minLength: 1, maxLength: MAX_CHUNK_TEXT },
        },
      },
    },
  },
};

// The list's unique column. The book is part of it: two books may hold the same bytes.
const CLAIM = "@{body('Request')?['book']}.@{items('Store_each')?['hash']}";
const LIMIT = `coalesce(body('Request')?['limit'], ${DEFAULT_LIMIT})`;
const READ = `take(body('Rows')?['value'], ${LIMIT})`;
const ROW_HASH = "last(split(item()?['Title'], '.'))";
const NONE = "json('[]')";

const STORE_EACH: Action = {
  type: 'Foreach',
  description: 'One at a time: the ids keep the order of the push.',
  foreach: "@body('Request')?['push']",
  runtimeConfiguration: { concurrency: { repetitions: 1 } },
  runAfter: { Request: ['Succeeded'] },
  actions: {
    Store: {
      type: 'OpenApiConnection',
      description: 'The claim: the unique column Title admits each chunk once.',
      // Tried once: what became of it is settled by looking, and the caller repeats it.
      inputs: onList(
        LIST,
        'PostItem',
        {
          'item/Title': CLAIM,
          'item/Book': "@body('Request')?['book']",
          'item/Chunk': "@items('Store_each')?['chunk']",
        },
        NO_RETRIES,
      ),
      runAfter: {},
    },
    Note_doubt: {
      type: 'AppendToArrayVariable',
      description: 'There already, throttled, or nobody knows: looked up after the loop.',
      inputs: { name: 'doubts', value: { claim: CLAIM, status: "@outputs('Store')?['statusCode']" } },
      runAfter: { Store: ['Failed', 'TimedOut'] },
    },
  },
};

const SETTLE_DOUBTS: Action = {
  type: 'If',
  description: 'A chunk that is in the list is stored, whatever the claim was told.',
  expression: { greater: ["@length(variables('doubts'))", 0] },
  runAfter: { Store_each: ['Succeeded'] },
  actions: {
    Clauses: {
      type: 'Select',
      inputs: { from: "@variables('doubts')", select: "Title eq '@{replace(item()?['claim'], '''', '''''')}'" },
      runAfter: {},
    },
    Settle: {
      type: 'OpenApiConnection',
      inputs: onList(LIST, 'GetItems', { $filter: "@join(body('Clauses'), ' or ')", $top: MAX_PUSH }, READ_RETRIES),
      runAfter: { Clauses: ['Succeeded'] },
    },
    Found: {
      type: 'Select',
      inputs: { from: "@body('Settle')?['value']", select: "@item()?['Title']" },
      runAfter: { Settle: ['Succeeded'] },
    },
    Lost: {
      type: 'Query',
      inputs: { from: "@variables('doubts')", where: "@not(contains(body('Found'), item()?['claim']))" },
      runAfter: { Found: ['Succeeded'] },
    },
    All_stored: {
      type: 'ParseJson',
      description: 'Fails if a chunk is not in the list: an answer of 200 promises that all are.',
      inputs: { content: "@body('Lost')", schema: { type: 'array', maxItems: 0 } },
      runAfter: { Lost: ['Succeeded'] },
    },
  },
  else: { actions: {} },
};

const TRY: Actions = {
  Request: {
    type: 'ParseJson',
    description: 'Takes an object and a text, so that JSON and text/plain both work.',
    inputs: { content: '@triggerBody()', schema: REQUEST_SCHEMA },
    runAfter: {},
  },
  Store_each: STORE_EACH,
  Settle_doubts: SETTLE_DOUBTS,
  Rows: {
    type: 'OpenApiConnection',
    description: 'Filtered by ID alone: a bare range of ids is what SharePoint answers on lists of any length.',
    inputs: onList(
      LIST,
      'GetItems',
      { $filter: "ID gt @{body('Request')?['after']}", $orderby: 'ID asc', $top: `@add(${LIMIT}, 1)` },
      READ_RETRIES,
    ),
    runAfter: { Settle_doubts: ['Succeeded'] },
  },
  Ours: {
    type: 'Query',
    description: 'Drops the rows of other books.',
    inputs: { from: `@${READ}`, where: "@equals(item()?['Book'], body('Request')?['book'])" },
    runAfter: { Rows: ['Succeeded'] },
  },
  Chunks: {
    type: 'Select',
    description: 'The bytes that the caller says it has are not sent again.',
    inputs: {
      from: "@body('Ours')",
      select: {
        seq: "@item()?['ID']",
        hash: `@${ROW_HASH}`,
        chunk: `@if(contains(coalesce(body('Request')?['have'], ${NONE}), ${ROW_HASH}), null, item()?['Chunk'])`,
      },
    },
    runAfter: { Ours: ['Succeeded'] },
  },
  Reply: {
    type: 'Response',
    kind: 'Http',
    inputs: {
      statusCode: 200,
      headers: HEADERS,
      body: {
        v: 1,
        stored: "@length(body('Request')?['push'])",
        duplicates: "@length(variables('doubts'))",
        chunks: "@body('Chunks')",
        next: `@coalesce(last(${READ})?['ID'], body('Request')?['after'])`,
        more: `@greater(length(body('Rows')?['value']), ${LIMIT})`,
      },
    },
    runAfter: { Chunks: ['Succeeded'] },
  },
};

const CATCH: Actions = {
  Throttled: {
    type: 'Query',
    inputs: { from: "@variables('doubts')", where: "@equals(item()?['status'], 429)" },
    runAfter: {},
  },
  Status: {
    type: 'Compose',
    // The result of a scope names its direct children only, so each step is asked where it stands.
    inputs:
      "@if(not(equals(actions('Request')?['status'], 'Succeeded')), 400, " +
      "if(or(equals(outputs('Rows')?['statusCode'], 429), equals(outputs('Settle')?['statusCode'], 429), " +
      "not(empty(body('Throttled')))), 429, 502))",
    runAfter: { Throttled: ['Succeeded'] },
  },
  Reply_error: {
    type: 'Response',
    kind: 'Http',
    inputs: {
      statusCode: "@coalesce(outputs('Status'), 502)",
      headers: HEADERS,
      body: {
        v: 1,
        error: {
          code: "@if(equals(outputs('Status'), 400), 'BadEnvelope', if(equals(outputs('Status'), 429), 'Busy', 'Backend'))",
          message:
            "@if(equals(outputs('Status'), 400), 'The request is not an exchange of version 1.', " +
            "if(equals(outputs('Status'), 429), 'The list is throttled.', 'The list did not do what was asked.'))",
          retryAfter: "@if(equals(outputs('Status'), 400), null, if(equals(outputs('Status'), 429), 60, 10))",
        },
      },
    },
    runAfter: { Status: ANY },
  },
  Stop: {
    type: 'Terminate',
    description: 'So that the run history shows what the caller was told.',
    inputs: {
      runStatus: 'Failed',
      runError: { code: 'ExchangeFailed', message: 'The caller was answered with an error; see the action Status.' },
    },
    runAfter: { Reply_error: ANY },
  },
};

export const RELAY_EXCHANGE: Definition = definition(
  {
    [LIST.site]: parameter('contactmesh_relay_site', 'The address of the SharePoint site.'),
    [LIST.list]: parameter('contactmesh_relay_list', 'The list: Title unique, Book, Chunk as plain text.'),
  },
  {
    Doubts: {
      type: 'InitializeVariable',
      description: 'The chunks whose claim did not succeed.',
      inputs: { variables: [{ name: 'doubts', type: 'array', value: [] }] },
      runAfter: {},
    },
    Try: { type: 'Scope', actions: TRY, runAfter: { Doubts: ['Succeeded'] } },
    Catch: { type: 'Scope', actions: CATCH, runAfter: { Try: NOT_OK } },
  },
);
