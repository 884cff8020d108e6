// The comparison of a mailbox with a book, which `npm start` ends with: it finds what differs, and only that.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareMailbox } from '../../pkg/dist/demo/compare.js';
import { Device, rowOf, withMailbox } from '../systems/support.mjs';

/** Something in every field that Outlook has. */
const FULL = {
  'name/title': 'Dr.',
  'name/given': 'Jane',
  'name/given2': 'Quinn',
  'name/surname': 'Doe',
  'name/generation': 'Jr.',
  'nicknames/new/name': 'JD',
  'emails/new/address': 'Jane.Doe@example.com',
  'phones/new-1/number': '+1 (555) 0100',
  'phones/new-2/number': '+1 555 0101 ext. 7',
  'phones/new-2/contexts/private': true,
  'phones/new-3/number': '+1 555 0102',
  'phones/new-3/features/mobile': true,
  'phones/new-4/number': '+1 555 0103',
  'phones/new-4/features/fax': true,
  'addresses/new/name': 'Harbour Road',
  'addresses/new/number': '7',
  'addresses/new/locality': 'Bristol',
  'addresses/new/contexts/work': true,
  'organizations/new/name': 'Acme',
  'organizations/new/units/1': 'Research',
  'titles/new-1/name': 'Engineer',
  'titles/new-1/kind': 'title',
  'titles/new-2/name': 'Chair',
  'titles/new-2/kind': 'role',
  'anniversaries/new/kind': 'birth',
  'anniversaries/new/date': '1985-04-12',
  'links/new/uri': 'https://example.com/jane',
  'onlineServices/new/user': 'jane@chat.example.com',
  'keywords/new/value': 'friends',
  'notes/new/note': 'not for Outlook',
};

/** What Outlook's user, or a mistake, could make of each field, and what that is called. */
const OTHERS = [
  [{ title: 'Prof.' }, 'title'],
  [{ surname: 'Roe' }, 'surname'],
  [{ middleName: '' }, 'middleName'],
  [{ generation: 'Sr.' }, 'generation'],
  [{ nickName: null }, 'nickName'],
  [{ emailAddresses: [] }, 'emailAddresses'],
  [{ emailAddresses: [{ address: 'jane@example.com' }] }, 'emailAddresses'],
  [{ businessPhones: [] }, 'phones'],
  [{ businessPhones: ['+1 555 0100', '+1 555 0103'] }, 'phones'],
  [{ businessPhones: ['+1 555 0100', '+1 555 0101 x7'], homePhones: [] }, 'phones'],
  [{ mobilePhone: '+1 555 0109' }, 'phones'],
  [{ businessAddress: { street: 'Mill Lane 3', city: 'Bristol' } }, 'addresses'],
  [{ businessAddress: {}, homeAddress: { street: 'Harbour Road 7', city: 'Bristol' } }, 'addresses'],
  [{ companyName: 'Northwind' }, 'company'],
  [{ department: '' }, 'company'],
  [{ jobTitle: '' }, 'jobTitle'],
  [{ profession: 'Engineer' }, 'profession'],
  [{ birthday: '1985-04-13T00:00:00Z' }, 'birthday'],
  [{ businessHomePage: null }, 'businessHomePage'],
  [{ imAddresses: [] }, 'imAddresses'],
  [{ categories: ['friends', 'family'] }, 'categories'],
];

const NOBODY = new Set();

describe('demo: comparing a mailbox with a book', () => {
  it('finds nothing where all is well, and each field that is another', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(FULL);
      await laptop.sync();
      const row = rowOf(hands, 'Jane');
      const whole = compareMailbox(laptop.book, hands.see(), NOBODY);
      assert.deepEqual(whole, { rows: 1, fields: 16, open: 0, different: [] });
      for (const [other, key] of OTHERS) {
        const { different } = compareMailbox(laptop.book, [{ ...row, ...other }], NOBODY);
        assert.deepEqual(different, [`${laptop.find('jane').name}: ${key}`], JSON.stringify(other));
      }
    }));

  it('another spelling of a phone number, an order, or lines of a street make no difference', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create({ ...FULL, 'emails/new-1/address': 'jd@example.com', 'keywords/new-1/value': 'a' });
      await laptop.sync();
      const row = rowOf(hands, 'Jane');
      const spelled = { businessPhones: ['tel:+1.555.0100'], homePhones: ['+15550101 extension 7'] };
      const ordered = { emailAddresses: row.emailAddresses.toReversed(), categories: row.categories.toReversed() };
      const address = { businessAddress: { street: '7,\nHarbour Road', city: 'Bristol' } };
      const same = [{ ...row, ...spelled, ...ordered, ...address }];
      assert.deepEqual(compareMailbox(laptop.book, same, NOBODY).different, []);
    }));

  it('finds people who are on one side alone, and leaves out those who wait for a decision', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      const { id } = await laptop.book.create({ 'name/given': 'Jane' });
      const row = hands.add({ givenName: 'Bob', homePhones: [] });
      const compared = (waiting) => compareMailbox(laptop.book, hands.see(), new Set(waiting)).different;
      assert.deepEqual(compared([]), ['Jane: not in the mailbox', 'Bob: only in the mailbox']);
      assert.deepEqual(compared([id, row.id]), []);
    }));

  it('leaves out the field that is in question, and no other', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(FULL);
      await laptop.sync();
      const { id, organizations } = { ...laptop.find('jane'), ...laptop.find('jane').elements };
      await laptop.book.edit(id, { [`organizations/${organizations[0]}/name`]: 'Northwind' });
      hands.edit(rowOf(hands, 'Jane').id, { companyName: 'Fabrikam' });
      await laptop.sync();
      assert.equal(laptop.book.status().conflicts, 1);
      const { open, fields, different } = compareMailbox(laptop.book, hands.see(), NOBODY);
      assert.deepEqual([open, fields, different], [1, 15, []]);
      const row = { ...rowOf(hands, 'Jane'), jobTitle: 'Other' };
      assert.equal(compareMailbox(laptop.book, [row], NOBODY).different.length, 1);
    }));
});
