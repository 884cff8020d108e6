/**
 * What a contact of the stand-in for Outlook is made of, and what it refuses:
 * the keys of the *Office 365 Outlook* connector's contact and their types.
 * Documented: the keys, that `givenName` and `homePhones` are required (the
 * connector's reference, "Create contact (V2)", "Update contact (V2)"), three
 * e-mail addresses, a birthday at midnight in UTC (the contact resource of
 * Microsoft Graph). Assumed: two phones of a kind, three messenger addresses,
 * and that an unknown key is refused. It knows no folder, id or revision.
 */
import { isObject, type Json, type JsonObject } from '../../definition.js';

const TEXTS =
  'title givenName middleName surname generation initials nickName fileAs displayName jobTitle companyName department officeLocation profession assistantName manager mobilePhone businessHomePage yomiGivenName yomiSurname yomiCompanyName'.split(
    ' ',
  );
/** How many texts a list takes. */
const LISTS: Record<string, number> = {
  businessPhones: 2,
  homePhones: 2,
  imAddresses: 3,
  categories: Number.POSITIVE_INFINITY,
};
const MAX_EMAILS = 3;
const ADDRESSES = ['businessAddress', 'homeAddress', 'otherAddress'];
const ADDRESS_PARTS = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'];
const REQUIRED = ['givenName', 'homePhones'];

/** A contact without anything in it, as it is answered. */
export function emptyContact(): JsonObject {
  return {
    ...Object.fromEntries(TEXTS.map((key) => [key, null])),
    ...Object.fromEntries(Object.keys(LISTS).map((key) => [key, []])),
    emailAddresses: [],
    ...Object.fromEntries(ADDRESSES.map((key) => [key, {}])),
    birthday: null,
  };
}

/** What is wrong with the fields of a create or an update, by key and never by value. */
export function refusalOf(fields: Json | undefined): string | undefined {
  if (!isObject(fields)) return 'the contact is no object';
  const missing = REQUIRED.find((key) => fields[key] === undefined || fields[key] === null);
  if (missing !== undefined) return `'${missing}' is required`;
  for (const [key, value] of Object.entries(fields)) {
    const mistake = mistakeIn(key, value);
    if (mistake !== undefined) return `'${key}' ${mistake}`;
  }
  return undefined;
}

function mistakeIn(key: string, value: Json): string | undefined {
  if (TEXTS.includes(key)) return isText(value) ? undefined : 'is no text';
  if (Object.hasOwn(LISTS, key)) return listMistake(value, LISTS[key] as number);
  if (key === 'emailAddresses') return emailMistake(value);
  if (ADDRESSES.includes(key)) return isObject(value) ? partMistake(value, ADDRESS_PARTS) : 'is no object';
  if (key === 'birthday') return value === null || dayOf(value) !== undefined ? undefined : 'is no timestamp';
  return 'is not a property of a contact';
}

function listMistake(value: Json, most: number): string | undefined {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return 'is no list of texts';
  return value.length > most ? `has more than ${most} entries` : undefined;
}

function emailMistake(value: Json): string | undefined {
  if (!Array.isArray(value)) return 'is no list';
  if (value.length > MAX_EMAILS) return `has more than ${MAX_EMAILS} entries`;
  for (const one of value) {
    const mistake = isObject(one) ? partMistake(one, ['name', 'address']) : 'has an entry that is no object';
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function partMistake(value: JsonObject, parts: string[]): string | undefined {
  for (const [key, part] of Object.entries(value)) {
    if (!parts.includes(key)) return `has a part '${key}', which is unknown`;
    if (!isText(part)) return `has a part '${key}' that is no text`;
  }
  return undefined;
}

function isText(value: Json): boolean {
  return value === null || typeof value === 'string';
}

/** The day in UTC; undefined for what is no timestamp. */
function dayOf(value: Json): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T.*)?$/.test(value)) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 10);
}

/**
 * The contact after a write: what was given is taken whole, lists and addresses
 * too; everything else stays. Names that Outlook makes of others are made anew
 * when those change and nobody gave them (documented for `displayName`).
 */
export function written(before: JsonObject, fields: JsonObject): JsonObject {
  const given = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, kept(key, value)]));
  const after = { ...before, ...given };
  const renamed = ['givenName', 'middleName', 'surname'].some((key) => after[key] !== before[key]);
  return renamed ? { ...after, ...madeNames(after), ...given } : after;
}

/** An address of nothing is `{}`; a birthday is a day. */
function kept(key: string, value: Json): Json {
  if (key === 'birthday') {
    const day = dayOf(value);
    return day === undefined ? null : `${day}T00:00:00Z`;
  }
  if (!ADDRESSES.includes(key) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== '' && part !== null));
}

function madeNames(contact: JsonObject): JsonObject {
  const [given, middle, last] = ['givenName', 'middleName', 'surname'].map((key) => String(contact[key] ?? '').trim());
  const first = [given, middle].filter(Boolean).join(' ');
  return {
    displayName: [first, last].filter(Boolean).join(' '),
    fileAs: [last, first].filter(Boolean).join(', '),
  };
}
