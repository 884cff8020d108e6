/**
 * A stand-in for the contacts of the *Office 365 Outlook* connector: the five
 * operations that shipped flows use, with their documented parameters (the
 * connector's reference) and answers. What a contact is, is in contact.ts; what
 * is kept, in mailbox.ts. It shares nothing with the lens, so that the two can
 * contradict each other. No write is conditional: the connector offers none.
 */
import { isContactmeshError } from '../../../errors.js';
import { type JsonObject, prop, propsOf } from '../../definition.js';
import type { Connector, ConnectorAnswer } from '../../runtime/run.js';
import type { Interference } from '../sharepoint.js';
import { refusalOf } from './contact.js';
import { listing } from './listing.js';
import type { Contact, Mailbox } from './mailbox.js';
import type { Throttle } from './throttle.js';

export interface OutlookParts {
  mailbox: Mailbox;
  /** Absent: nobody is throttled. */
  throttle?: Throttle | undefined;
  /** Hears, without any content, what went wrong with the file. */
  onTrouble(message: string): void;
}

type Operation = (folder: string, parameters: JsonObject) => ConnectorAnswer;

export class OutlookContacts implements Connector {
  interfere: Interference | undefined;
  private readonly parts: OutlookParts;
  private readonly operations: Map<string, Operation>;

  constructor(parts: OutlookParts) {
    this.parts = parts;
    this.operations = new Map<string, Operation>([
      ['ContactGetItems_V2', (folder, parameters) => this.list(folder, parameters)],
      ['ContactGetItem_V2', (folder, parameters) => this.ofRow(folder, parameters, (row) => answer(200, row))],
      ['ContactPostItem_V2', (folder, parameters) => this.create(folder, parameters)],
      [
        'ContactPatchItem_V2',
        (folder, parameters) => this.ofRow(folder, parameters, (row) => this.patch(row, parameters)),
      ],
      ['ContactDeleteItem_V2', (folder, parameters) => this.ofRow(folder, parameters, (row) => this.remove(row))],
    ]);
  }

  async call(operationId: string, parameters: JsonObject): Promise<ConnectorAnswer> {
    const other = this.interfere?.(operationId, parameters);
    // A turn of the loop, so that operations of different runs interleave as they do over a network.
    await new Promise((resolve) => setImmediate(resolve));
    if (other && !other.afterEffect) return other.answer;
    const given = this.parts.throttle?.refusal() ?? this.perform(operationId, parameters);
    return other?.answer ?? given;
  }

  private perform(operationId: string, parameters: JsonObject): ConnectorAnswer {
    const operation = this.operations.get(operationId);
    if (!operation) return failure(404, 'NotFound', `this stand-in does not know the operation '${operationId}'`);
    const folder = prop(parameters, 'folder');
    if (typeof folder !== 'string' || !this.parts.mailbox.hasFolder(folder)) return NOT_FOUND;
    try {
      return operation(folder, parameters);
    } catch (error) {
      if (error instanceof SyntaxError) return failure(400, 'ErrorInvalidUrlQuery', error.message);
      if (!isContactmeshError(error, 'flow-io')) throw error;
      this.parts.onTrouble(error.message);
      return failure(503, 'ErrorServerBusy', 'The mailbox could not keep the contact.');
    }
  }

  private list(folder: string, parameters: JsonObject): ConnectorAnswer {
    return answer(200, { value: listing(this.parts.mailbox.contacts(folder), parameters) });
  }

  private create(folder: string, parameters: JsonObject): ConnectorAnswer {
    const fields = prop(parameters, 'item');
    const refusal = refusalOf(fields);
    if (refusal !== undefined) return failure(400, 'ErrorInvalidArgument', refusal);
    return answer(201, this.parts.mailbox.create(folder, propsOf(fields)));
  }

  private patch(row: Contact, parameters: JsonObject): ConnectorAnswer {
    const fields = prop(parameters, 'item');
    const refusal = refusalOf(fields);
    if (refusal !== undefined) return failure(400, 'ErrorInvalidArgument', refusal);
    return answer(200, this.parts.mailbox.change(row, propsOf(fields)));
  }

  private remove(row: Contact): ConnectorAnswer {
    this.parts.mailbox.remove(row.id);
    return { statusCode: 204, headers: {}, body: null };
  }

  private ofRow(folder: string, parameters: JsonObject, then: (row: Contact) => ConnectorAnswer): ConnectorAnswer {
    const id = prop(parameters, 'id');
    if (typeof id !== 'string' || id === '') return failure(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
    const row = this.parts.mailbox.contact(id);
    return row && row.parentFolderId === folder ? then(row) : NOT_FOUND;
  }
}

function answer(statusCode: number, body: JsonObject): ConnectorAnswer {
  // A copy: what a run does with an answer must not reach the mailbox.
  return { statusCode, headers: {}, body: structuredClone(body) };
}

function failure(statusCode: number, code: string, message: string): ConnectorAnswer {
  return { statusCode, headers: {}, body: { error: { code, message } } };
}

/** The same for a contact and for a folder that is not there (documented for Microsoft Graph). */
const NOT_FOUND: ConnectorAnswer = failure(
  404,
  'ErrorItemNotFound',
  'The specified object was not found in the store.',
);
