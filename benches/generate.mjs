// Makes up contact cards: fictional people at example.com, the same ones for the same count. As drafts
// (docs/card-json.md) or as vCard 4.0: `node benches/generate.mjs --cards N [--format drafts|vcard]`
// writes them to stdout. Every card has 17 leaves and is about as long as a real one.

import { isStarted } from '../tools/lib/run.mjs';

const GIVEN = 'Ada Ben Cleo Dan Eva Finn Gia Hugo Ines Jan Kim Lea Max Nora Otto Pia Quinn Rosa Sam Tom Uma Vito'.split(
  ' ',
);
const SURNAME =
  'Adler Berg Conrad Dorn Eberle Fuchs Grau Horn Ilg Jung Kern Lang Müller Noll Ober Paul Quast Roth Stern Thal'.split(
    ' ',
  );
const STREET = ['Hauptstraße', 'Ring', 'Gartenweg', 'High Street', 'Rue du Port', 'Am Markt', 'Mill Lane', 'Via Roma'];
const CITY = ['Berlin', 'Leeds', 'Lyon', 'Torino', 'Zürich', 'Aarhus', 'Porto', 'Graz'];
const COUNTRY = ['Germany', 'United Kingdom', 'France', 'Italy', 'Switzerland', 'Denmark', 'Portugal', 'Austria'];
const COMPANY = ['Nordlicht', 'Acme Tools', 'Blue Harbour', 'Kessel & Sohn', 'Fabrikat', 'Three Rivers', 'Papierwerk'];
const ROLE = [
  'Engineer',
  'Buyer',
  'Head of Sales',
  'Librarian',
  'Accountant',
  'Carpenter',
  'Doctor',
  'Project manager',
];
const WORDS = 'met at the fair in spring prefers mail calls back on Mondays knows the team from Porto likes tea'.split(
  ' ',
);

/** A stream of numbers below `most`, the same for the same seed. */
export function numbers(seed) {
  let state = seed >>> 0;
  return (most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
}

/** Card number `n` in plain words. */
function person(n) {
  const below = numbers(n + 1);
  const pick = (list) => list[below(list.length)];
  const place = below(CITY.length);
  const [given, surname] = [pick(GIVEN), pick(SURNAME)];
  const handle = `${given}.${surname}.${n}`.toLowerCase().replace('ü', 'ue');
  const digits = () => String(1000000 + below(9000000));
  return {
    uid: `urn:example:card-${n}`,
    given,
    surname,
    work: `${handle}@example.com`,
    home: `${handle}@home.example.com`,
    mobile: `+49 151 ${digits()}`,
    landline: `+49 30 ${digits()}`,
    street: `${pick(STREET)} ${1 + below(200)}`,
    city: CITY[place],
    postcode: String(10000 + below(89999)),
    country: COUNTRY[place],
    company: `${pick(COMPANY)} ${1 + below(400)}`,
    role: pick(ROLE),
    note: Array.from({ length: 10 }, () => pick(WORDS)).join(' '),
  };
}

/** Card number `n` as a draft. */
export function draft(n) {
  const p = person(n);
  return {
    uid: p.uid,
    fields: { 'name/given': p.given, 'name/surname': p.surname },
    elements: [
      { kind: 'emails', fields: { address: p.work, 'contexts/work': true }, primary: true },
      { kind: 'emails', fields: { address: p.home } },
      { kind: 'phones', fields: { number: p.mobile, 'features/mobile': true } },
      { kind: 'phones', fields: { number: p.landline } },
      { kind: 'addresses', fields: { name: p.street, locality: p.city, postcode: p.postcode, country: p.country } },
      { kind: 'organizations', fields: { name: p.company } },
      { kind: 'titles', fields: { kind: 'title', name: p.role } },
      { kind: 'notes', fields: { note: p.note } },
    ],
  };
}

/** The first `count` cards as drafts. */
export function drafts(count) {
  return Array.from({ length: count }, (_, n) => draft(n));
}

/** Card number `n` as vCard 4.0. */
export function vcard(n) {
  const p = person(n);
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `UID:${p.uid}`,
    `FN:${p.given} ${p.surname}`,
    `N:${p.surname};${p.given};;;`,
    `EMAIL;TYPE=work;PREF=1:${p.work}`,
    `EMAIL:${p.home}`,
    `TEL;TYPE=cell:${p.mobile}`,
    `TEL:${p.landline}`,
    `ADR:;;${p.street};${p.city};;${p.postcode};${p.country}`,
    `ORG:${p.company}`,
    `TITLE:${p.role}`,
    `NOTE:${p.note}`,
    'END:VCARD',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

if (isStarted(import.meta.url)) {
  const args = process.argv.slice(2);
  const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const count = Number(option('--cards', '0'));
  const format = option('--format', 'drafts');
  if (!Number.isSafeInteger(count) || count < 1 || !['drafts', 'vcard'].includes(format)) {
    process.stderr.write('node benches/generate.mjs --cards N [--format drafts|vcard]\n');
    process.exit(2);
  }
  if (format === 'drafts') process.stdout.write(JSON.stringify(drafts(count)));
  else for (let n = 0; n < count; n += 1) process.stdout.write(vcard(n));
}
