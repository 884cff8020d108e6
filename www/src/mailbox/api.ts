/**
 * What the page asks of the server that gave it: who is in the mailbox, the
 * edits, and the answer to what a sync asks. Every failure is a `MailboxError`
 * whose message is for the person who looks at the page. It keeps nothing.
 */
import type { Contact } from './fields.js';
import type { Held } from './held-words.js';

export class MailboxError extends Error {
  /** The contact as it is now, if it was changed before the edit came. */
  readonly contact: Contact | undefined;
  /** Whether nobody answers at all. */
  readonly isAway: boolean;

  constructor(message: string, { contact, isAway = false }: { contact?: Contact | undefined; isAway?: boolean } = {}) {
    super(message);
    this.contact = contact;
    this.isAway = isAway;
  }
}

export interface Listed {
  version: string;
  contacts: Contact[];
  held: Held | null;
}

const CONTACTS = 'api/contacts';
const PATIENCE = 10_000;
const AWAY =
  'The mailbox does not answer: has npm start ended? What is on screen stays; it goes on once that runs again.';

/** Undefined if the mailbox is still as `known`. */
export function listContacts(known: string): Promise<Listed | undefined> {
  return ask('GET', `${CONTACTS}?known=${encodeURIComponent(known)}`);
}

export async function addContact(fields: Record<string, unknown>): Promise<Contact> {
  return contactIn(await ask('POST', CONTACTS, { fields }));
}

/** The edit is refused if the contact is not any more as given. */
export async function editContact({ id, changeKey }: Contact, fields: Record<string, unknown>): Promise<Contact> {
  return contactIn(await ask('PATCH', `${CONTACTS}/${encodeURIComponent(id)}`, { changeKey, fields }));
}

export async function deleteContact(id: string): Promise<void> {
  await ask('DELETE', `${CONTACTS}/${encodeURIComponent(id)}`);
}

/** `take` does what is held, `keep` keeps what it would take away. */
export async function confirmHeld({ token }: Held, answer: 'take' | 'keep'): Promise<void> {
  await ask('POST', 'api/held', { token, answer });
}

async function ask<T>(method: string, address: string, body?: unknown): Promise<T | undefined> {
  const response = await answerTo(method, address, body);
  if (response.status === 204) return undefined;
  const said = await response.json().catch(() => ({}));
  if (response.ok) return said as T;
  const { problem = `The mailbox answered ${response.status}; nothing was changed. Load the page again.`, contact } =
    said;
  throw new MailboxError(problem, { contact });
}

async function answerTo(method: string, address: string, body: unknown): Promise<Response> {
  const content =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  try {
    return await fetch(address, { method, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE), ...content });
  } catch {
    throw new MailboxError(AWAY, { isAway: true });
  }
}

function contactIn(said: { contact: Contact } | undefined): Contact {
  if (said?.contact === undefined) throw new MailboxError('The mailbox gave no answer to this. Load the page again.');
  return said.contact;
}
