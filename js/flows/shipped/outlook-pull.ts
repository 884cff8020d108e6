/**
 * The Outlook Pull flow, the one source of flows/outlook-pull/definition.json:
 * reads contacts, in one of three ways. It writes nothing but who drives. A
 * page that fails makes an error of the whole answer: a short listing would
 * read as contacts that are gone. The contract is docs/flow-contract-outlook.md.
 */
import type { Action, Actions, Definition, Json } from '../definition.js';
import { DRIVER_STATUS, driverActions } from './outlook-driver.js';
import { ASKED, array, catching, flowOf, MAX_ID, mustHold, onContacts, request } from './outlook-parts.js';
import { HEADERS, TRIED } from './parts.js';

export const MAX_LIMIT = 500;
export const DEFAULT_LIMIT = 200;
export const MAX_IDS = 50;
/** Contacts in one page of an audit, and the most pages. */
export const AUDIT_PAGE = 500;
export const AUDIT_PAGES = 40;

const SECONDS = "'yyyy-MM-ddTHH:mm:ssZ'";
const NONE = "json('[]')";

const REQUEST = request(
  {
    op: { type: 'string', enum: ['changed', 'audit', 'rows'] },
    since: { type: 'string', minLength: 20, maxLength: 33 },
    skip: { type: 'integer', minimum: 0 },
    limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
    ids: { type: 'array', maxItems: MAX_IDS, items: { type: 'string', minLength: 1, maxLength: MAX_ID } },
  },
  ['op'],
);

function reply(body: Record<string, Json>, after: string): Action {
  return {
    type: 'Response',
    kind: 'Http',
    inputs: {
      statusCode: 200,
      headers: HEADERS,
      body: { v: 1, op: `@${ASKED('op')}`, folder: `@${ASKED('folder')}`, ...body },
    },
    runAfter: { [after]: ['Succeeded'] },
  };
}

const CHANGED: Actions = {
  Since: {
    type: 'Compose',
    description: 'Written anew, so that nothing but a time gets into the filter.',
    inputs: `lastModifiedDateTime ge @{formatDateTime(coalesce(${ASKED('since')}, '1900-01-01T00:00:00Z'), ${SECONDS})}`,
    runAfter: {},
  },
  Changed: {
    type: 'OpenApiConnection',
    inputs: onContacts('ContactGetItems_V2', {
      $filter: "@outputs('Since')",
      $orderby: 'lastModifiedDateTime',
      $top: `@coalesce(${ASKED('limit')}, ${DEFAULT_LIMIT})`,
      $skip: `@coalesce(${ASKED('skip')}, 0)`,
    }),
    runAfter: { Since: ['Succeeded'] },
  },
  Reply_changed: reply({ items: "@body('Changed')?['value']", watermark: "@outputs('Watermark')" }, 'Changed'),
};

/**
 * Each page begins with the last contact of the page before: where it does not,
 * something went or came in between, and one may have been passed over.
 */
const AUDIT: Actions = {
  Pages: {
    type: 'Until',
    expression: `@or(not(equals(actions('Count_page')?['status'], 'Succeeded')), less(length(coalesce(body('Page')?['value'], ${NONE})), ${AUDIT_PAGE}))`,
    limit: { count: AUDIT_PAGES, timeout: 'PT100S' },
    operationOptions: 'FailWhenLimitsReached',
    runAfter: {},
    actions: {
      Page: {
        type: 'OpenApiConnection',
        inputs: onContacts('ContactGetItems_V2', {
          $orderby: 'createdDateTime',
          $top: AUDIT_PAGE,
          $skip: "@max(0, sub(variables('count'), 1))",
        }),
        runAfter: {},
      },
      Joins: mustHold(
        {
          joins:
            "@or(equals(variables('count'), 0), equals(first(body('Page')?['value'])?['id'], last(variables('rows'))?['id']))",
        },
        'Fails if the listing moved between two pages.',
        { Page: ['Succeeded'] },
      ),
      Slim: {
        type: 'Select',
        inputs: {
          from: "@skip(body('Page')?['value'], min(1, variables('count')))",
          select: { id: "@item()?['id']", changeKey: "@item()?['changeKey']" },
        },
        runAfter: { Joins: ['Succeeded'] },
      },
      All: {
        type: 'Compose',
        inputs: "@union(variables('rows'), body('Slim'))",
        runAfter: { Slim: ['Succeeded'] },
      },
      Keep_page: {
        type: 'SetVariable',
        inputs: { name: 'rows', value: "@outputs('All')" },
        runAfter: { All: ['Succeeded'] },
      },
      Count_page: {
        type: 'IncrementVariable',
        description: 'Not from the rows that were kept, so that a page that was lost shows.',
        inputs: { name: 'count', value: "@length(body('Slim'))" },
        runAfter: { Keep_page: ['Succeeded'] },
      },
    },
  },
  Reply_audit: reply(
    {
      rows: "@variables('rows')",
      count: "@variables('count')",
      complete: `@less(length(body('Page')?['value']), ${AUDIT_PAGE})`,
    },
    'Pages',
  ),
};

const ROWS: Actions = {
  Ask_each: {
    type: 'Foreach',
    foreach: `@coalesce(${ASKED('ids')}, ${NONE})`,
    runtimeConfiguration: { concurrency: { repetitions: 1 } },
    runAfter: {},
    actions: {
      One: {
        type: 'OpenApiConnection',
        inputs: onContacts('ContactGetItem_V2', { id: "@items('Ask_each')" }),
        runAfter: {},
      },
      Keep_one: {
        type: 'AppendToArrayVariable',
        inputs: {
          name: 'rows',
          value: { id: "@items('Ask_each')", status: "@outputs('One')?['statusCode']", row: "@body('One')" },
        },
        runAfter: { One: TRIED },
      },
    },
  },
  Found: {
    type: 'Query',
    inputs: { from: "@variables('rows')", where: "@equals(item()?['status'], 200)" },
    runAfter: { Ask_each: ['Succeeded'] },
  },
  Missing: {
    type: 'Query',
    inputs: { from: "@variables('rows')", where: "@equals(item()?['status'], 404)" },
    runAfter: { Found: ['Succeeded'] },
  },
  All_known: mustHold(
    { all: "@equals(add(length(body('Found')), length(body('Missing'))), length(variables('rows')))" },
    'Fails if one of them is neither there nor surely gone.',
    { Missing: ['Succeeded'] },
  ),
  If_missing: {
    type: 'If',
    description: 'A folder that is gone answers as a contact that is gone does, so it is asked for.',
    expression: { greater: ["@length(body('Missing'))", 0] },
    runAfter: { All_known: ['Succeeded'] },
    actions: {
      Folder: { type: 'OpenApiConnection', inputs: onContacts('ContactGetItems_V2', { $top: 1 }), runAfter: {} },
    },
    else: { actions: {} },
  },
  Items: {
    type: 'Select',
    inputs: { from: "@body('Found')", select: "@item()?['row']" },
    runAfter: { If_missing: ['Succeeded'] },
  },
  Gone: {
    type: 'Select',
    inputs: { from: "@body('Missing')", select: "@item()?['id']" },
    runAfter: { Items: ['Succeeded'] },
  },
  Reply_rows: reply({ items: "@body('Items')", gone: "@body('Gone')" }, 'Gone'),
};

const TRY: Actions = {
  Request: REQUEST,
  ...driverActions({ Request: ['Succeeded'] }),
  Which: {
    type: 'Switch',
    expression: `@${ASKED('op')}`,
    cases: {
      Changed: { case: 'changed', actions: CHANGED },
      Audit: { case: 'audit', actions: AUDIT },
      Rows: { case: 'rows', actions: ROWS },
    },
    default: { actions: {} },
    runAfter: { Is_driver: ['Succeeded'] },
  },
};

const status = (name: string): string => `outputs('${name}')?['statusCode']`;
const ANY_IS = (names: string[], code: number): string =>
  `contains(createArray(${names.map(status).join(', ')}), ${code})`;

const STATUS =
  "if(not(equals(actions('Request')?['status'], 'Succeeded')), '400', " +
  `coalesce(${DRIVER_STATUS}, ` +
  "if(equals(actions('Since')?['status'], 'Failed'), '400', " +
  `if(${ANY_IS(['Changed', 'Page', 'Folder'], 404)}, '404', ` +
  `if(or(${ANY_IS(['Driver', 'Driver_now', 'Changed', 'Page', 'Folder'], 429)}, not(empty(body('Throttled')))), '429', '502')))))`;

const CATCH: Actions = catching('a pull', STATUS, {
  Throttled: {
    type: 'Query',
    inputs: { from: "@variables('rows')", where: "@equals(item()?['status'], 429)" },
    runAfter: {},
  },
});

export const OUTLOOK_PULL: Definition = flowOf(
  {
    Rows: array('rows', 'Of an audit, what is there; else what came of each that was asked for.'),
    Count: { type: 'InitializeVariable', inputs: { variables: [{ name: 'count', type: 'integer', value: 0 }] } },
    Watermark: {
      type: 'Compose',
      description: 'From before anything is read; five minutes for clocks that differ and writes that show late.',
      inputs: `@addMinutes(utcNow(), -5, ${SECONDS})`,
    },
  },
  TRY,
  CATCH,
);
