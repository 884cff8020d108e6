/**
 * Which entries of a card go into which field of a row, as docs/lens-outlook.md
 * tells it, and what makes two of them equal. It is written for comparing alone:
 * no order, no seats, only how many have room.
 */
import type { Contact } from '../flows/connectors/outlook/mailbox.js';
import type { Card } from '../types.js';

type Parts = ReadonlyMap<string, string>;

export interface Field {
  /** The kind of entry in the card. */
  kind: string;
  /** By place: how many entries have room. */
  seats: Record<string, number>;
  /** What an entry is compared by, as `place:text`: its usual place first, then others that it may have; nothing if it goes nowhere. */
  texts(parts: Parts): string[];
  /** The same of what the row holds. */
  there(row: Contact): string[];
}

/** Names are one text each, not entries. */
export const NAMES_THERE = {
  title: 'title',
  givenName: 'given',
  middleName: 'given2',
  surname: 'surname',
  generation: 'generation',
};

/** A name that is told in several parts, one after the other; a second surname follows the first. */
export function madeOfNames(card: Card, leaf: string): string {
  const of = (name: string) =>
    Object.entries(card.fields)
      .filter(([path]) => path === `name/${name}` || path.startsWith(`name/${name}_`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => text(value));
  return [...of(leaf), ...(leaf === 'surname' ? of('surname2') : [])].join(' ');
}

const text = (value: unknown): string =>
  String(value ?? '')
    .normalize('NFC')
    .trim();
const has = (parts: Parts, flag: string): boolean => parts.get(flag) === 'true';
const object = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

/** Without a year it is no day. */
const day = (date: unknown): string => /^\d{4}-\d\d-\d\d/.exec(text(date))?.[0] ?? '';
const email = (address: unknown): string => text(address).toLowerCase();
const addressOf = (entry: unknown): string => {
  const { address } = object(entry);
  return email(address);
};
const phone = (number: unknown): string =>
  text(number)
    .toLowerCase()
    .replace(/^tel:/, '')
    .replace(/extension|ext/g, 'x')
    .replace(/[^a-z0-9+*#,;]/g, '');

const at = (places: string[], what: string): string[] => (what === '' ? [] : places.map((place) => `${place}:${what}`));
const atWork = (parts: Parts): boolean => has(parts, 'contexts/work');
const atHome = (parts: Parts): boolean => has(parts, 'contexts/private');

/** A mobile number with a context may sit with the others, if the one place for it is taken. */
function phonePlaces(parts: Parts): string[] {
  if (has(parts, 'features/fax') || has(parts, 'features/pager')) return [];
  const usual = atHome(parts) && !atWork(parts) ? 'home' : 'business';
  if (!has(parts, 'features/mobile')) return atHome(parts) && atWork(parts) ? ['business', 'home'] : [usual];
  return atHome(parts) || atWork(parts) ? ['mobile', 'business', 'home'] : ['mobile'];
}

function addressPlaces(parts: Parts): string[] {
  if (atWork(parts)) return atHome(parts) ? ['business', 'home'] : ['business'];
  return atHome(parts) ? ['home'] : ['other'];
}

/** Lines of a street in any order: only the words count. */
const words = (street: string): string =>
  street
    .split(/[\s,]+/)
    .filter(Boolean)
    .sort()
    .join(' ');
const joined = (...parts: unknown[]): string =>
  parts.some((part) => text(part) !== '') ? parts.map(text).join('|') : '';
/** Lines of a street, once or several times (`name_2`). */
const STREET =
  /^(number|name|building|floor|apartment|room|block|subdistrict|district|landmark|direction|postOfficeBox)(_\d+)?$/;

function addressHere(parts: Parts): string {
  const lines = [...parts].filter(([leaf]) => STREET.test(leaf)).map(([, value]) => value);
  const [city, state, code, country] = ['locality', 'region', 'postcode', 'country'].map((leaf) => parts.get(leaf));
  const street = lines.length > 0 ? lines.join(' ') : (parts.get('full') ?? '');
  return joined(words(text(street)), city, state, code, country ?? parts.get('countryCode'));
}

function addressThere(value: unknown): string {
  const { street, city, state, postalCode, countryOrRegion } = object(value);
  return joined(words(text(street)), city, state, postalCode, countryOrRegion);
}

/** A field of its own for one leaf of a kind. */
function plain(
  kind: string,
  leaf: string,
  key: string,
  { seats = 1, fits = (_: Parts): boolean => true, as = text } = {},
): Field {
  const texts = (parts: Parts) => (fits(parts) ? at(['here'], as(parts.get(leaf))) : []);
  const there = (row: Contact) => [row[key]].flat().flatMap((value) => at(['here'], as(value)));
  return { kind, seats: { here: seats }, texts, there };
}

export const FIELDS: Record<string, Field> = {
  nickName: plain('nicknames', 'name', 'nickName'),
  emailAddresses: {
    ...plain('emails', 'address', 'emailAddresses', { seats: 3, as: email }),
    there: ({ emailAddresses }) => [emailAddresses].flat().flatMap((one) => at(['here'], addressOf(one))),
  },
  phones: {
    kind: 'phones',
    seats: { mobile: 1, business: 2, home: 2 },
    texts: (parts) => at(phonePlaces(parts), phone(parts.get('number'))),
    there: ({ mobilePhone, businessPhones, homePhones }) =>
      Object.entries({ mobile: mobilePhone, business: businessPhones, home: homePhones }).flatMap(([place, numbers]) =>
        [numbers].flat().flatMap((number) => at([place], phone(number))),
      ),
  },
  addresses: {
    kind: 'addresses',
    seats: { business: 1, home: 1, other: 1 },
    texts: (parts) => at(addressPlaces(parts), addressHere(parts)),
    there: (row) => ['business', 'home', 'other'].flatMap((place) => at([place], addressThere(row[`${place}Address`]))),
  },
  company: {
    kind: 'organizations',
    seats: { here: 1 },
    texts: (parts) => at(['here'], joined(parts.get('name'), parts.get('units/1'))),
    there: ({ companyName, department }) => at(['here'], joined(companyName, department)),
  },
  jobTitle: plain('titles', 'name', 'jobTitle', { fits: (parts) => parts.get('kind') !== 'role' }),
  profession: plain('titles', 'name', 'profession', { fits: (parts) => parts.get('kind') === 'role' }),
  birthday: plain('anniversaries', 'date', 'birthday', { fits: (parts) => parts.get('kind') === 'birth', as: day }),
  businessHomePage: plain('links', 'uri', 'businessHomePage'),
  imAddresses: plain('onlineServices', 'user', 'imAddresses', { seats: 3 }),
  categories: plain('keywords', 'value', 'categories', { seats: 100 }),
};
