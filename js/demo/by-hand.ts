/**
 * What the page of the trial's mailbox may ask, and what it is answered: who is
 * there; the edits of Outlook's users, made with their hands, so that the engine
 * cannot tell them from others; and what a held run asks. It knows no HTTP. It
 * refuses what a contact of Outlook cannot hold, and an edit of a contact that is
 * not as it was on screen: the page then looks again, so that a sync is never
 * written over.
 */
import { createHash } from 'node:crypto';
import { isContactmeshError } from '../errors.js';
import { refusalOf } from '../flows/connectors/outlook/contact.js';
import type { Hands } from '../flows/connectors/outlook/hands.js';
import { CONTACTS, type Contact } from '../flows/connectors/outlook/mailbox.js';
import { isObject, type Json, type JsonObject, prop } from '../flows/definition.js';
import type { Driver } from './driver.js';

export interface Asked {
  method: string;
  about: 'contacts' | 'held';
  /** Of the contact that it is about; absent for the whole mailbox. */
  id?: string | undefined;
  /** The state of the mailbox that the page has on screen. */
  known?: string | undefined;
  body?: Json | undefined;
}

export interface Answered {
  status: number;
  body?: JsonObject;
}

/** Hears that somebody looks, or has changed something; asks what it holds back. */
export type Onlooker = Pick<Driver, 'watched' | 'hurry' | 'held' | 'confirm'>;

export class ByHand {
  readonly #hands: Hands;
  readonly #onlooker: Onlooker;

  constructor(hands: Hands, onlooker: Onlooker) {
    this.#hands = hands;
    this.#onlooker = onlooker;
  }

  async answer(asked: Asked): Promise<Answered> {
    if (asked.about === 'held') return asked.method === 'POST' ? this.#confirm(asked.body) : WRONG_METHOD;
    try {
      const answer = asked.method === 'GET' ? this.#list(asked) : this.#write(asked);
      if (asked.method === 'GET') this.#onlooker.watched();
      else if (answer.status < 300) this.#onlooker.hurry();
      return answer;
    } catch (error) {
      if (!isContactmeshError(error, 'flow-io')) throw error;
      return problem(
        503,
        'The mailbox could not keep this; nothing was changed. Make room on the disk, then try again.',
      );
    }
  }

  async #confirm(body: Json | undefined): Promise<Answered> {
    const { token, answer } = isObject(body) ? body : {};
    if (typeof token !== 'string' || (answer !== 'take' && answer !== 'keep')) return NOT_THERE;
    if (token !== this.#onlooker.held?.token) return OVER;
    await this.#onlooker.confirm(token, answer);
    return { status: 204 };
  }

  #list({ id, known }: Asked): Answered {
    if (id !== undefined) return NOT_THERE;
    const contacts = this.#hands.see();
    const held = heldIn(this.#onlooker);
    const version = versionOf(contacts, held);
    return version === known ? { status: 204 } : { status: 200, body: { version, contacts, held } };
  }

  #write({ method, id, body }: Asked): Answered {
    if (id === undefined) return method === 'POST' ? this.#add(body) : WRONG_METHOD;
    const contact = this.#hands.see().find((one) => one.id === id);
    if (contact === undefined) return GONE;
    if (method === 'DELETE') {
      this.#hands.remove(id);
      return { status: 204 };
    }
    return method === 'PATCH' ? this.#edit(contact, body) : WRONG_METHOD;
  }

  #add(body: Json | undefined): Answered {
    const fields = fieldsIn(body);
    const refusal = mistakeIn(fields);
    if (refusal !== undefined) return refusal;
    if (!Object.values(fields).some(saysSomething)) return NOBODY;
    return { status: 201, body: { contact: this.#hands.add(fields, CONTACTS) } };
  }

  #edit(contact: Contact, body: Json | undefined): Answered {
    const fields = fieldsIn(body);
    const refusal = mistakeIn(fields);
    if (refusal !== undefined) return refusal;
    if (prop(isObject(body) ? body : {}, 'changeKey') !== contact.changeKey)
      return { status: 409, body: { problem: 'This contact was just changed elsewhere. Look again.', contact } };
    return { status: 200, body: { contact: this.#hands.edit(contact.id, fields) } };
  }
}

function fieldsIn(body: Json | undefined): JsonObject {
  const fields = prop(isObject(body) ? body : {}, 'fields');
  return isObject(fields) ? fields : {};
}

/** People need not give what the connector asks for. */
function mistakeIn(fields: JsonObject): Answered | undefined {
  const { givenName, homePhones } = fields;
  const refusal = refusalOf({ ...fields, givenName: givenName ?? '', homePhones: homePhones ?? [] });
  return refusal === undefined ? undefined : problem(400, `Outlook does not take this: ${refusal}.`);
}

function saysSomething(value: Json): boolean {
  if (isObject(value)) return Object.values(value).some(saysSomething);
  return Array.isArray(value) ? value.some(saysSomething) : typeof value === 'string' && value.trim() !== '';
}

/** How many it is about, and what it would do to them. */
function heldIn({ held }: Onlooker): JsonObject | null {
  if (held === null) return null;
  const { token, kind, direction, cards, allowed } = held;
  return { token, kind, direction, allowed, people: cards.length };
}

/** Another one whenever anything about anybody is another. */
function versionOf(contacts: Contact[], held: JsonObject | null): string {
  const hash = createHash('sha256').update(`${JSON.stringify(held)}\n`);
  for (const { id, changeKey } of contacts) hash.update(`${id} ${changeKey}\n`);
  return hash.digest('base64url');
}

function problem(status: number, words: string): Answered {
  return { status, body: { problem: words } };
}

const GONE = problem(404, 'This contact is not in the mailbox any more.');
const OVER = problem(409, 'This question is not open any more.');
const NOT_THERE = problem(404, 'There is nothing here.');
const WRONG_METHOD = problem(405, 'This cannot be done here.');
const NOBODY = problem(400, 'There is nothing to save yet. Fill in a name, or anything else you know.');
