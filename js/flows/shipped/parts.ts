/**
 * What every shipped flow has alike: the trigger, the headers of an answer, how
 * often an operation is tried, and the shape of an operation. It decides
 * nothing that only one flow needs.
 */
import type { Actions, Definition, Json, JsonObject, Parameter, Status } from '../definition.js';

export const NOT_OK: Status[] = ['Failed', 'Skipped', 'TimedOut'];
export const ANY: Status[] = ['Succeeded', ...NOT_OK];
/** Of an operation that was tried, whatever became of it. */
export const TRIED: Status[] = ['Succeeded', 'Failed', 'TimedOut'];

// A browser reads an answer, also one about an error, only if the answer says so itself.
export const HEADERS: JsonObject = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Retry-After, x-ms-workflow-run-id',
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json',
};

// A caller waits 120 s at most, so reading is tried three times within 10 s and no more.
export const READ_RETRIES: JsonObject = { type: 'fixed', count: 2, interval: 'PT5S' };
export const NO_RETRIES: JsonObject = { type: 'none' };

/** An operation of a connector. How often it is tried is a choice of each. */
export function operation(api: string, operationId: string, parameters: JsonObject, retryPolicy: JsonObject): Json {
  return {
    host: { apiId: `/providers/Microsoft.PowerApps/apis/${api}`, connectionName: api, operationId },
    parameters,
    authentication: "@parameters('$authentication')",
    retryPolicy,
  };
}

/** A SharePoint list that is named by two parameters of the flow. */
export interface List {
  site: string;
  list: string;
}

export function onList(
  { site, list }: List,
  operationId: string,
  parameters: JsonObject,
  retryPolicy: JsonObject,
): Json {
  const place = { dataset: `@parameters('${site}')`, table: `@parameters('${list}')` };
  return operation('shared_sharepointonline', operationId, { ...place, ...parameters }, retryPolicy);
}

/** `text` inside a text of a filter: every quote doubled. */
export function quoted(text: string): string {
  return `@{replace(${text}, '''', '''''')}`;
}

export function parameter(schemaName: string, description: string): Parameter {
  return { type: 'String', defaultValue: '', metadata: { schemaName, description } };
}

export function definition(parameters: Record<string, Parameter>, actions: Actions): Definition {
  return {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    parameters: {
      $connections: { type: 'Object', defaultValue: {} },
      $authentication: { type: 'SecureObject', defaultValue: {} },
      ...parameters,
    },
    triggers: {
      // The key is part of the address, so it stays `manual`.
      manual: { type: 'Request', kind: 'Http', inputs: { method: 'POST', triggerAuthenticationType: 'All' } },
    },
    actions,
    outputs: {},
  };
}
