// Some fictional people for the views: enough for a list, one with everything, one to be decided, one
// deleted.

const GIVEN = ['Ada', 'Ben', 'Chloe', 'David', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kira', 'Liam'];
const SURNAMES = [
  'Abbott',
  'Baker',
  'Castillo',
  'Dietrich',
  'Eriksen',
  'Fischer',
  'Gruber',
  'Haddad',
  'Ivanova',
  'Jansen',
];
const TITLES = ['Engineer', 'Designer', 'Archivist', 'Head of Sales', 'Consultant'];
const PLACES = ['Example Ltd', 'Harbour Example', 'Example Museum'];

/** Writes them through `call(method, …arguments)`; answers the ids of the special ones. */
export async function people(call) {
  for (const [index, given] of GIVEN.entries()) {
    const surname = SURNAMES[(index * 7) % SURNAMES.length];
    await call('create', {
      'name/given': given,
      'name/surname': surname,
      'titles/new/name': TITLES[index % TITLES.length],
      'organizations/new/name': PLACES[index % PLACES.length],
      'emails/new/address': `${given.toLowerCase()}@example.com`,
    });
  }
  return { jane: await jane(call), asked: await asked(call), deleted: await deleted(call) };
}

async function jane(call) {
  const { id } = await call('create', {
    'name/title': 'Dr.',
    'name/given': 'Jane',
    'name/surname': 'Doe',
    'emails/new/address': 'jane@example.com',
    'emails/new/contexts/work': true,
    'emails/new-2/address': 'jane.doe@example.com',
    'emails/new-2/contexts/private': true,
    'phones/new/number': '+1 555 0100',
    'phones/new/features/mobile': true,
    'organizations/new/name': 'Example Ltd',
    'organizations/new/units/1': 'Research',
    'titles/new/name': 'Engineer',
    'titles/new/kind': 'title',
    'addresses/new/name': '1 Main Street',
    'addresses/new/postcode': '62701',
    'addresses/new/locality': 'Springfield',
    'addresses/new/country': 'USA',
    'anniversaries/new/date': '1980-02-03',
    'anniversaries/new/kind': 'birth',
    'links/new/uri': 'https://example.com/jane',
    'keywords/new/value': 'rowing',
    'notes/new/note': 'Met in Oslo at the harbour.\nLikes rowing.',
    'x-unknown': 'a value of another program',
  });
  return id;
}

async function asked(call) {
  const { id, revision } = await call('create', {
    'name/given': 'Yara',
    'name/surname': 'Okafor',
    'titles/new/name': 'Consultant',
    'emails/new/address': 'yara@example.com',
    'phones/new/number': '+1 555 0110',
    'addresses/new/name': '1 Main Street',
    'addresses/new/locality': 'Springfield',
  });
  const { elements } = await call('card', id);
  const [phone, address, email] = ['phones', 'addresses', 'emails'].map((kind) => `${kind}/${elements[kind][0]}`);
  const first = {
    [`${phone}/number`]: '+1 555 0111',
    [`${address}/name`]: '2 Harbour Road',
    [`${address}/locality`]: 'Oslo',
  };
  await call('edit', id, { ...first, [email]: null }, revision);
  const second = {
    [`${phone}/number`]: '+1 555 0122',
    [`${address}/name`]: '9 Hill Lane',
    [`${address}/locality`]: 'Graz',
  };
  await call('edit', id, { ...second, [`${email}/label`]: 'office' }, revision);
  return id;
}

async function deleted(call) {
  const { id } = await call('create', { 'name/given': 'Zoe', 'name/surname': 'Zimmer' });
  await call('delete', id);
  return id;
}
