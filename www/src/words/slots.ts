/**
 * What the fields of Outlook's contacts are called, for plans: names alone.
 * Which field of a card is behind one is the book's knowledge.
 */
const NAMES: Record<string, string> = {
  title: 'Title',
  givenName: 'First name',
  middleName: 'Middle name',
  surname: 'Last name',
  generation: 'Generation',
  nickName: 'Nickname',
  emailAddresses: 'E-mail',
  businessPhones: 'Work phone',
  homePhones: 'Home phone',
  mobilePhone: 'Mobile phone',
  businessAddress: 'Work address',
  homeAddress: 'Home address',
  otherAddress: 'Other address',
  street: 'street',
  city: 'city',
  state: 'region',
  postalCode: 'postcode',
  countryOrRegion: 'country',
  companyName: 'Organisation',
  department: 'Department',
  jobTitle: 'Job title',
  profession: 'Role',
  birthday: 'Birthday',
  businessHomePage: 'Web page',
  imAddresses: 'Messenger',
  categories: 'Category',
};

/** `Home address, city` for `homeAddress/city`, `E-mail 2` for the second one. An unknown one as it stands. */
export function slotLabel(slot: string): string {
  const [field = '', ...rest] = slot.split('/');
  const number = /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : undefined;
  const main = `${NAMES[field] ?? field}${number === undefined || number < 2 ? '' : ` ${number}`}`;
  // A list of one thing: `address` of an e-mail says nothing more.
  const parts = number === undefined ? rest.map((part) => NAMES[part] ?? part) : [];
  return [main, ...parts].join(', ');
}
