/**
 * What somebody keeps in Outlook, and edits there, while others keep the book:
 * some people whom nobody else knows, some whom the book knows too, with more
 * or something else about them. Fictional, and chosen without chance. It knows
 * rows, and of cards only a name and an e-mail address.
 */
import type { Book } from '../book.js';
import type { Hands } from '../flows/connectors/outlook/hands.js';
import type { Card } from '../types.js';

/** Nobody else knows them. */
const OWN = [
  {
    givenName: 'Noor',
    surname: 'Hassan',
    companyName: 'Harbour Supplies',
    jobTitle: 'Account Manager',
    emailAddresses: [{ name: 'Noor Hassan', address: 'noor.hassan@example.com' }],
    businessPhones: ['+1 555 0151'],
    homePhones: [],
    categories: ['suppliers'],
  },
  {
    givenName: 'Tomas',
    surname: 'Lindqvist',
    emailAddresses: [{ name: 'Tomas Lindqvist', address: 'tomas@example.com' }],
    homePhones: ['+46 8 555 01 52'],
    homeAddress: { street: 'Björkvägen 3', city: 'Uppsala', postalCode: '752 28', countryOrRegion: 'Sweden' },
    birthday: '1979-05-02T00:00:00Z',
  },
  {
    givenName: 'Ifeoma',
    surname: 'Obi',
    jobTitle: 'Notary',
    businessHomePage: 'https://notary.example.com',
    mobilePhone: '+234 1 555 0153',
    homePhones: [],
  },
  { givenName: 'Plumber', homePhones: [], businessPhones: ['+1 555 0154', '+1 555 0155'] },
];

/** Comes to Outlook later. */
const LATER = {
  givenName: 'Ana',
  surname: 'Souza',
  companyName: 'Nova Feira',
  emailAddresses: [{ name: 'Ana Souza', address: 'ana.souza@example.com' }],
  homePhones: [],
};

/** How many people of the book are in the mailbox from the start: whose address is on one card alone, and on several. */
const KNOWN = { sure: 2, unsure: 2 };

/** Fills an empty mailbox, once; answers how many contacts it holds then. */
export function seedMailbox(hands: Hands, book: Book): number {
  if (hands.see().length > 0) return hands.see().length;
  for (const fields of OWN) hands.add(fields);
  const people = known(book);
  const sure = people.filter(({ cards }) => cards === 1).slice(0, KNOWN.sure);
  // The engine asks a person which of the cards it is.
  const unsure = people.filter(({ cards }) => cards > 1).slice(0, KNOWN.unsure);
  for (const [n, { card, address }] of [...sure, ...unsure].entries()) {
    const name = Object.entries(NAMES).map(([key, leaf]) => [key, card.fields[`name/${leaf}`] ?? null]);
    const emailAddresses = [{ name: card.name, address }];
    const more = { categories: ['from Outlook'], imAddresses: [`desk-${n + 1}@chat.example.com`] };
    hands.add({ ...Object.fromEntries(name), emailAddresses, homePhones: [], ...more });
  }
  return hands.see().length;
}

const NAMES = {
  title: 'title',
  givenName: 'given',
  middleName: 'given2',
  surname: 'surname',
  generation: 'generation',
};

/** People with a full name, by their first e-mail address, and on how many cards that is. */
function known(book: Book): { card: Card; address: string; cards: number }[] {
  const found = new Map<string, { card: Card; address: string; cards: number }>();
  for (const { id } of book.list().rows) {
    const card = book.card(id);
    const { fields, elements } = card;
    const { emails = [] } = elements;
    for (const [n, email] of emails.entries()) {
      const address = String(fields[`emails/${email}/address`] ?? '').toLowerCase();
      const before = found.get(address);
      if (before !== undefined) before.cards += 1;
      else if (n === 0) found.set(address, { card, address, cards: 1 });
    }
  }
  return [...found.values()].filter(
    ({ card: { fields } }) => fields['name/given'] !== undefined && fields['name/surname'] !== undefined,
  );
}

/** What Outlook's user does to every third contact while the others are apart; answers how many edits that were. */
export function editInOutlook(hands: Hands, round: number): number {
  const rows = hands.see().filter((_, n) => n % 3 === round % 3);
  for (const [n, { id }] of rows.entries()) {
    if (n % 3 === 0) hands.edit(id, { jobTitle: `Contact for ${round === 0 ? 'orders' : 'invoices'}` });
    else if (n % 3 === 1) hands.edit(id, { businessPhones: [`+1 555 01${60 + round}`] });
    else hands.respellPhones(id, (number) => number.replace(/[ -]/g, '.'));
  }
  if (round > 0) hands.add(LATER);
  return rows.length + (round > 0 ? 1 : 0);
}
