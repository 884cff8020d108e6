// The stand-in for Outlook's contacts: what the connector is documented to do, and what its user does.
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OutlookContacts } from '../../pkg/dist/flows/connectors/outlook/connector.js';
import { Hands } from '../../pkg/dist/flows/connectors/outlook/hands.js';
import { Mailbox } from '../../pkg/dist/flows/connectors/outlook/mailbox.js';
import { Throttle } from '../../pkg/dist/flows/connectors/outlook/throttle.js';

const JANE = { givenName: 'Jane', surname: 'Doe', homePhones: [] };

describe('flows: the stand-in for Outlook', () => {
  let folder;
  let now;
  let mailbox;
  let outlook;
  let hands;
  const file = () => join(folder, 'mailbox.jsonl');
  const call = (operation, parameters = {}) =>
    outlook.call(`Contact${operation}_V2`, { folder: 'Contacts', ...parameters });
  const create = async (item) => (await call('PostItem', { item })).body;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactmesh-outlook-'));
    now = Date.parse('2026-11-23T05:00:00.900Z');
    mailbox = new Mailbox(file(), () => now);
    outlook = new OutlookContacts({ mailbox, onTrouble: () => {} });
    hands = new Hands(mailbox);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('makes a contact with names made of others, and everything else empty', async () => {
    const { statusCode, body } = await call('PostItem', { item: { ...JANE, middleName: 'Q' } });
    assert.equal(statusCode, 201);
    assert.deepEqual(
      [body.displayName, body.fileAs, body.mobilePhone, body.homeAddress, body.birthday, body.emailAddresses],
      ['Jane Q Doe', 'Doe, Jane Q', null, {}, null, []],
    );
    assert.equal(body.lastModifiedDateTime, '2026-11-23T05:00:00Z');
    assert.equal(body['@odata.etag'], `W/"${body.changeKey}"`);
    assert.deepEqual((await call('GetItem', { id: body.id })).body, body);
  });

  it('one write has one time, also while the second changes', async () => {
    const ticking = new Mailbox(join(folder, 'ticking.jsonl'), () => {
      now += 1000;
      return now;
    });
    const { createdDateTime, lastModifiedDateTime } = ticking.create('Contacts', JANE);
    assert.equal(createdDateTime, lastModifiedDateTime);
  });

  it('a write changes the keys it names, whole, and has a new change key', async () => {
    const made = await create({
      ...JANE,
      homeAddress: { street: '1 Main St', city: 'Springfield' },
      emailAddresses: [{ address: 'jane@example.com' }, { address: 'doe@example.com' }],
      birthday: '1980-02-29',
    });
    now += 60_000;
    const item = { ...JANE, surname: 'Roe', homeAddress: { city: 'Shelbyville', street: '' }, emailAddresses: [] };
    const { body } = await call('PatchItem', { id: made.id, item: { ...item, birthday: null } });
    assert.deepEqual([body.homeAddress, body.emailAddresses, body.birthday], [{ city: 'Shelbyville' }, [], null]);
    assert.deepEqual([body.displayName, body.id, body.createdDateTime], ['Jane Roe', made.id, made.createdDateTime]);
    assert.equal(body.lastModifiedDateTime, '2026-11-23T05:01:00Z');
    assert.notEqual(body.changeKey, made.changeKey);
    assert.equal(made.birthday, '1980-02-29T00:00:00Z');
  });

  for (const [title, item] of [
    ['no given name', { homePhones: [] }],
    ['no home phones', { givenName: 'Jane' }],
    ['null for home phones', { givenName: 'Jane', homePhones: null }],
    ['personal notes', { ...JANE, personalNotes: 'a note' }],
    ['a prototype', JSON.parse('{"givenName":"Jane","homePhones":[],"__proto__":{}}')],
    ['four addresses', { ...JANE, emailAddresses: [1, 2, 3, 4].map((n) => ({ address: `${n}@example.com` })) }],
    ['three home phones', { ...JANE, homePhones: ['1', '2', '3'] }],
    ['a number for a name', { ...JANE, surname: 7 }],
    ['an address that is a text', { ...JANE, homeAddress: '1 Main St' }],
    ['a part that no address has', { ...JANE, homeAddress: { planet: 'Earth' } }],
    ['a birthday that is none', { ...JANE, birthday: 'in May' }],
    ['no object', 'Jane'],
  ]) {
    it(`${title} is refused with 400, by a create and by an update, and nothing is written`, async () => {
      const { id } = await create(JANE);
      assert.equal((await call('PostItem', { item })).statusCode, 400);
      assert.equal((await call('PatchItem', { id, item })).statusCode, 400);
      assert.equal(hands.see().length, 1);
    });
  }

  it('lists by time of change, from a time on, in pages', async () => {
    for (const givenName of ['A', 'B', 'C']) {
      await create({ ...JANE, givenName });
      now += 60_000;
    }
    const names = async (parameters) =>
      (await call('GetItems', parameters)).body.value.map(({ givenName }) => givenName);
    hands.edit(hands.see()[0].id, { jobTitle: 'Engineer' });
    const $orderby = 'lastModifiedDateTime';
    assert.deepEqual(await names({ $orderby }), ['B', 'C', 'A']);
    assert.deepEqual(await names({ $orderby: `${$orderby} desc`, $top: 2, $skip: 1 }), ['C', 'B']);
    assert.deepEqual(await names({ $filter: 'lastModifiedDateTime ge 2026-11-23T05:02:00Z', $orderby }), ['C', 'A']);
    for (const wrong of [{ $top: 0 }, { $top: 1001 }, { $skip: -1 }, { $orderby: 'id' }, { $filter: 'x ~ 1' }]) {
      assert.equal((await call('GetItems', wrong)).statusCode, 400);
    }
  });

  it('a contact or folder that is not there is 404, an id that is none 400', async () => {
    const { id } = await create(JANE);
    for (const [operation, parameters, status] of [
      ['GetItem', { id: `${id}x` }, 404],
      ['GetItem', { folder: 'Elsewhere', id }, 404],
      ['GetItems', { folder: 'Elsewhere' }, 404],
      ['PostItem', { folder: 'Elsewhere', item: JANE }, 404],
      ['DeleteItem', { id: '' }, 400],
      ['DeleteItem', {}, 400],
    ]) {
      assert.equal((await call(operation, parameters)).statusCode, status, operation);
    }
    assert.equal((await call('DeleteItem', { id })).statusCode, 204);
    assert.equal((await call('DeleteItem', { id })).statusCode, 404);
  });

  it('a contact that is moved has another id, and is gone under the former', async () => {
    const { id } = await create(JANE);
    hands.addFolder('Private');
    const moved = hands.move(id, 'Private');
    assert.notEqual(moved.id, id);
    assert.equal((await call('GetItem', { id })).statusCode, 404);
    assert.equal((await call('GetItem', { folder: 'Private', id: moved.id })).body.surname, 'Doe');
    hands.removeFolder('Private');
    assert.equal((await call('GetItems', { folder: 'Private' })).statusCode, 404);
  });

  it('a client of the user spells phones anew', async () => {
    const { id, changeKey } = await create({ ...JANE, homePhones: ['+1 555 0100'], mobilePhone: '+1 555 0101' });
    const after = hands.respellPhones(id, (number) => number.replace(' 555 ', ' (555) '));
    assert.deepEqual([after.homePhones, after.mobilePhone], [['+1 (555) 0100'], '+1 (555) 0101']);
    assert.notEqual(after.changeKey, changeKey);
  });

  it('what was answered is there when it is opened again, half a line is not', async () => {
    const kept = await create(JANE);
    hands.remove((await create({ ...JANE, givenName: 'John' })).id);
    hands.addFolder('Private');
    await appendFile(file(), '{"contact":{"id":"AAMk');
    const again = new Mailbox(file());
    assert.deepEqual([again.mended, again.contacts('Contacts'), again.hasFolder('Private')], [true, [kept], true]);
  });

  it('a contact that the disk does not take is 503, said without its content, and not there', async () => {
    const troubles = [];
    outlook = new OutlookContacts({ mailbox, onTrouble: (message) => troubles.push(message) });
    await rm(folder, { recursive: true });
    assert.equal((await call('PostItem', { item: JANE })).statusCode, 503);
    assert.deepEqual(hands.see(), []);
    assert.match(troubles.join(), /mailbox\.jsonl: the system refused it/);
    assert.doesNotMatch(troubles.join(), /Jane/);
  });

  it('300 calls in a minute are answered, the next is 429 and says how long to wait', async () => {
    outlook = new OutlookContacts({ mailbox, throttle: new Throttle(() => now), onTrouble: () => {} });
    for (let n = 0; n < 300; n += 1) assert.equal((await call('GetItems')).statusCode, 200);
    now += 20_000;
    const { statusCode, headers } = await call('PostItem', { item: JANE });
    assert.deepEqual([statusCode, headers['Retry-After'], hands.see().length], [429, '40', 0]);
    now += 40_000;
    assert.equal((await call('PostItem', { item: JANE })).statusCode, 201);
  });
});
