/**
 * The Outlook Apply flow, the one source of flows/outlook-apply/definition.json:
 * writes changes to contacts, one at a time, and says of each what became of
 * it. A create is claimed before it is done, so that it is never done twice. It
 * decides nothing about contacts. The contract is docs/flow-contract-outlook.md.
 */
import type { Action, Actions, Definition } from '../definition.js';
import { CREATE } from './outlook-create.js';
import { DRIVER_STATUS, driverActions } from './outlook-driver.js';
import { array, catching, flowOf, MAX_ID, ONE, onContacts, request, said } from './outlook-parts.js';
import { TROUBLE } from './outlook-trouble.js';
import { ANY, HEADERS } from './parts.js';

export const MAX_CHANGES = 50;
export const MAX_KEY = 120;
export const MAX_REVISION = 256;

/** What an update may clear: every key of a contact that the connector writes. */
export const CLEARABLE: string[] =
  'assistantName birthday businessAddress businessHomePage businessPhones categories companyName department displayName emailAddresses fileAs generation givenName homeAddress homePhones imAddresses initials jobTitle manager middleName mobilePhone nickName officeLocation otherAddress profession surname title yomiCompanyName yomiGivenName yomiSurname'.split(
    ' ',
  );

const REQUEST = request(
  {
    changes: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_CHANGES,
      items: {
        type: 'object',
        required: ['key', 'op'],
        properties: {
          key: { type: 'string', minLength: 1, maxLength: MAX_KEY },
          op: { type: 'string', enum: ['create', 'update', 'delete'] },
          id: { type: 'string', minLength: 1, maxLength: MAX_ID },
          revision: { type: 'string', minLength: 1, maxLength: MAX_REVISION },
          fields: { type: 'object' },
          clear: { type: 'array', maxItems: CLEARABLE.length, items: { type: 'string', enum: CLEARABLE } },
        },
      },
    },
  },
  ['changes'],
);

/** What each operation needs: an operation on no id would be one on the folder. */
const SOUND: Actions = {
  Unsound: {
    type: 'Query',
    inputs: {
      from: "@body('Request')?['changes']",
      where:
        "@if(equals(item()?['op'], 'create'), equals(item()?['fields'], null), or(equals(item()?['id'], null), equals(item()?['revision'], null)))",
    },
    runAfter: { Request: ['Succeeded'] },
  },
  Sound: {
    type: 'ParseJson',
    description: 'Fails if a create has no fields, or another change no id or revision.',
    inputs: { content: "@body('Unsound')", schema: { type: 'array', maxItems: 0 } },
    runAfter: { Unsound: ['Succeeded'] },
  },
};

function read(): Action {
  return {
    type: 'OpenApiConnection',
    inputs: onContacts('ContactGetItem_V2', { id: `@${ONE('id')}` }),
    runAfter: {},
  };
}

/** The write, if the contact is as the caller saw it. */
function ifSame(readBy: string, stale: string, write: Actions): Action {
  return {
    type: 'If',
    expression: { equals: [`@body('${readBy}')?['changeKey']`, `@${ONE('revision')}`] },
    runAfter: { [readBy]: ['Succeeded'] },
    actions: write,
    else: { actions: { [stale]: said('stale', { row: `@body('${readBy}')` }, {}) } },
  };
}

const NAMES = `coalesce(${ONE('clear')}, json('[]'))`;
const FIELDS = `coalesce(${ONE('fields')}, json('{}'))`;
// The schema admits known names only, so the text is JSON.
const NULLS = `json(concat('{"', join(${NAMES}, '":null,"'), '":null}'))`;

const UPDATE: Actions = {
  Read_to_update: read(),
  Same_to_update: ifSame('Read_to_update', 'Stale_update', {
    Patch: {
      type: 'OpenApiConnection',
      inputs: onContacts('ContactPatchItem_V2', {
        id: `@${ONE('id')}`,
        item: `@if(empty(${NAMES}), ${FIELDS}, union(${FIELDS}, ${NULLS}))`,
      }),
      runAfter: {},
    },
    Patched: said('done', { row: "@body('Patch')" }, { Patch: ['Succeeded'] }),
  }),
};

const DELETE: Actions = {
  Read_to_delete: read(),
  Same_to_delete: ifSame('Read_to_delete', 'Stale_delete', {
    Remove: {
      type: 'OpenApiConnection',
      inputs: onContacts('ContactDeleteItem_V2', { id: `@${ONE('id')}` }),
      runAfter: {},
    },
    Removed: said('done', {}, { Remove: ['Succeeded'] }),
  }),
};

const RESULTS = [
  'Created',
  'Made',
  'Claimed',
  'Patched',
  'Stale_update',
  'Removed',
  'Stale_delete',
  'Busy',
  'Rejected',
  'Gone',
];

const EACH: Action = {
  type: 'Foreach',
  description: 'One at a time: variables are the run’s, and a change may follow from the one before.',
  foreach: "@body('Request')?['changes']",
  runtimeConfiguration: { concurrency: { repetitions: 1 } },
  runAfter: { Is_driver: ['Succeeded'] },
  actions: {
    Apply_one: {
      type: 'Switch',
      expression: `@${ONE('op')}`,
      cases: {
        Create: { case: 'create', actions: CREATE },
        Update: { case: 'update', actions: UPDATE },
        Delete: { case: 'delete', actions: DELETE },
      },
      default: { actions: {} },
      runAfter: {},
    },
    Trouble: { type: 'Scope', actions: TROUBLE, runAfter: { Apply_one: ['Failed', 'TimedOut'] } },
    Note: {
      type: 'AppendToArrayVariable',
      description: 'Always one for each change. Where nothing above could say what became of it, nobody knows.',
      inputs: {
        name: 'results',
        value: `@coalesce(${[...RESULTS, 'Plain'].map((name) => `outputs('${name}')`).join(', ')}, setProperty(json('{"status":"failed"}'), 'key', ${ONE('key')}))`,
      },
      runAfter: { Trouble: ANY },
    },
  },
};

const TRY: Actions = {
  Request: REQUEST,
  ...SOUND,
  ...driverActions({ Sound: ['Succeeded'] }),
  Each: EACH,
  Missing: {
    type: 'Query',
    description: 'Results that a missing folder may have caused.',
    inputs: {
      from: "@variables('results')",
      where:
        "@or(equals(item()?['status'], 'gone'), equals(item()?['code'], 404), and(equals(item()?['status'], 'done'), equals(item()?['row'], null)))",
    },
    runAfter: { Each: ['Succeeded'] },
  },
  If_missing: {
    type: 'If',
    expression: { greater: ["@length(body('Missing'))", 0] },
    runAfter: { Missing: ['Succeeded'] },
    actions: {
      Folder: { type: 'OpenApiConnection', inputs: onContacts('ContactGetItems_V2', { $top: 1 }), runAfter: {} },
    },
    else: { actions: {} },
  },
  Reply: {
    type: 'Response',
    kind: 'Http',
    inputs: { statusCode: 200, headers: HEADERS, body: { v: 1, results: "@variables('results')" } },
    runAfter: { If_missing: ['Succeeded'] },
  },
};

const STATUS =
  "if(not(equals(actions('Sound')?['status'], 'Succeeded')), '400', " +
  `coalesce(${DRIVER_STATUS}, ` +
  "if(equals(outputs('Folder')?['statusCode'], 404), '404', " +
  "if(contains(createArray(outputs('Driver')?['statusCode'], outputs('Driver_now')?['statusCode'], outputs('Folder')?['statusCode']), 429), '429', '502'))))";

export const OUTLOOK_APPLY: Definition = flowOf(
  { Results: array('results', 'What became of each change, in order.') },
  TRY,
  catching('changes', STATUS),
);
