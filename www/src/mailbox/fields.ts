/**
 * The fields of a contact in the mailbox as the page shows them: a table, how a
 * text is read from a contact there, and how typed texts become what Outlook is
 * told. Lists and addresses are told whole, so they are made of what is there
 * now. What has no field here is never written.
 */

/** A contact as the mailbox has it. */
export interface Contact {
  id: string;
  changeKey: string;
  lastModifiedDateTime: string;
  [key: string]: unknown;
}

export type FieldInput = 'text' | 'email' | 'tel' | 'date' | 'lines';

export interface MailboxField {
  /** The key of the contact, then the place in its list or the part of its address. */
  name: string;
  label: string;
  input: FieldInput;
}

export interface Section {
  label: string;
  fields: MailboxField[];
}

const field = (name: string, label: string, input: FieldInput = 'text'): MailboxField => ({ name, label, input });

const address = (key: string): MailboxField[] => [
  field(`${key}/street`, 'Street', 'lines'),
  field(`${key}/postalCode`, 'Postal code'),
  field(`${key}/city`, 'City'),
  field(`${key}/state`, 'State'),
  field(`${key}/countryOrRegion`, 'Country'),
];

export const SECTIONS: Section[] = [
  {
    label: 'Name',
    fields: [field('givenName', 'First name'), field('middleName', 'Middle name'), field('surname', 'Last name')],
  },
  {
    label: 'Work',
    fields: [field('jobTitle', 'Job title'), field('companyName', 'Company'), field('department', 'Department')],
  },
  {
    label: 'E-mail',
    fields: [0, 1, 2].map((n) => field(`emailAddresses/${n}`, n === 0 ? 'E-mail' : `E-mail ${n + 1}`, 'email')),
  },
  {
    label: 'Phone',
    fields: [
      field('businessPhones/0', 'Business phone', 'tel'),
      field('businessPhones/1', 'Business phone 2', 'tel'),
      field('homePhones/0', 'Home phone', 'tel'),
      field('homePhones/1', 'Home phone 2', 'tel'),
      field('mobilePhone', 'Mobile phone', 'tel'),
    ],
  },
  { label: 'Business address', fields: address('businessAddress') },
  { label: 'Home address', fields: address('homeAddress') },
  { label: 'Birthday', fields: [field('birthday', 'Birthday', 'date')] },
];

/** What somebody typed in place of a text that was there. */
export interface Typed {
  was: string;
  text: string;
}

export function readField(contact: Contact | undefined, name: string): string {
  const [key = '', place] = name.split('/');
  const value = contact?.[key];
  if (place === undefined) return key === 'birthday' ? textOf(value).slice(0, 10) : textOf(value);
  if (key === 'emailAddresses') return emailsOf(contact)[Number(place)]?.address ?? '';
  return textOf((value as Record<string, unknown> | undefined)?.[place]);
}

/** What Outlook is told, so that what was typed is there and everything else stays. */
export function fieldsToWrite(
  contact: Contact | undefined,
  typed: ReadonlyMap<string, Typed>,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const keys = new Set([...typed.keys()].map((name) => name.split('/')[0] ?? ''));
  for (const key of keys) {
    const edits = [...typed].filter(([name]) => name.split('/')[0] === key);
    const [[name, { text }] = ['', { text: '' }]] = edits;
    if (key === 'emailAddresses') fields[key] = withEmails(emailsOf(contact), edits);
    else if (!name.includes('/')) fields[key] = key === 'birthday' && text !== '' ? `${text}T00:00:00Z` : text || null;
    else if (/Phones$/.test(key)) fields[key] = withTexts(((contact?.[key] as unknown[]) ?? []).map(textOf), edits);
    else fields[key] = withParts(contact?.[key], edits);
  }
  return fields;
}

interface Email {
  name: string;
  address: string;
}
type Edits = [name: string, typed: Typed][];

function emailsOf(contact: Contact | undefined): Email[] {
  const emails = (contact?.emailAddresses as Partial<Email>[] | undefined) ?? [];
  return emails.map(({ name, address: at }) => ({ name: textOf(name), address: textOf(at) }));
}

/** The name beside an address goes with it if it only repeats it. */
function withEmails(emails: Email[], edits: Edits): Email[] {
  const addresses = withPlaces(
    emails.map((email) => email.address),
    edits,
  );
  const all = addresses.map((text, n) => {
    const { name = '', address: before = '' } = emails[n] ?? {};
    return { name: name === before ? text : name, address: text };
  });
  return all.filter((email) => email.address !== '');
}

function withTexts(texts: string[], edits: Edits): string[] {
  return withPlaces(texts, edits).filter((text) => text !== '');
}

/** Each text in the place where what it replaces stands now; a sync may have closed a gap. */
function withPlaces(texts: string[], edits: Edits): string[] {
  const now = [...texts];
  for (const [name, { was, text }] of edits) {
    const place = Number(name.split('/')[1]);
    const found = was === '' ? -1 : texts.indexOf(was);
    if (found >= 0) now[found] = text;
    else if (was !== '' && place < texts.length) now[place] = text;
    else now.push(text);
  }
  return now;
}

function withParts(value: unknown, edits: Edits): Record<string, unknown> {
  const parts = edits.map(([name, { text }]) => [name.split('/')[1] ?? '', text || null] as const);
  return { ...(value as Record<string, unknown>), ...Object.fromEntries(parts) };
}

/** How the mailbox calls somebody, or what else is known. */
export function nameOf(contact: Contact): string {
  const names = ['displayName', 'companyName', 'emailAddresses/0', 'mobilePhone', 'businessPhones/0', 'homePhones/0'];
  return names.map((name) => readField(contact, name).trim()).find((text) => text !== '') ?? 'No name';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
