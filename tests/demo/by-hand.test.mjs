// What the page of the trial's mailbox may ask of the server, and what nobody else may.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import { ByHand } from '../../pkg/dist/demo/by-hand.js';
import { openOutlook } from '../../pkg/dist/flows/connectors/outlook/place.js';
import { serveApp } from '../../tools/app-server.mjs';
import { mailboxPage } from '../../tools/mailbox-page.mjs';

describe('the page of the mailbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-by-hand-test-'));
  const { hands } = openOutlook({ folder, now: Date.now, throttled: false, onTrouble: assert.fail });
  let heard = [];
  let held = null;
  let server;
  let host;
  before(async () => {
    const onlooker = {
      watched: () => heard.push('watched'),
      hurry: () => heard.push('hurry'),
      get held() {
        return held;
      },
      confirm: async (...answer) => heard.push(answer.join(' ')),
    };
    server = await serveApp({ beside: mailboxPage(new ByHand(hands, onlooker)) });
    ({ host } = new URL(server.url));
  });
  beforeEach(() => {
    for (const { id } of hands.see()) hands.remove(id);
    heard = [];
    held = null;
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the page does, unless `headers` say otherwise; undefined ones are left out. */
  function ask(method, path, body, headers = {}) {
    const own = { host, 'sec-fetch-site': 'same-origin', ...(method === 'GET' ? {} : { origin: `http://${host}` }) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = Object.entries({ ...own, ...type, ...headers }).filter(([, value]) => value !== undefined);
    const { hostname, port } = new URL(server.url);
    return new Promise((settle, fail) => {
      const options = { hostname, port, path: `/mailbox/${path}`, method, headers: Object.fromEntries(sent) };
      request(options, async (response) => {
        const parts = [];
        for await (const part of response) parts.push(part);
        const text = Buffer.concat(parts).toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        settle({
          status: response.statusCode,
          headers: response.headers,
          said: isJson && text ? JSON.parse(text) : text,
        });
      })
        .once('error', fail)
        .end(typeof body === 'object' ? JSON.stringify(body) : body);
    });
  }
  const at = ({ id }) => `api/contacts/${encodeURIComponent(id)}`;

  it('is served below /mailbox/ under the policy of the app, and no other file is', async () => {
    const page = await ask('GET', '');
    assert.equal(page.status, 200);
    assert.match(page.said, /<mailbox-page>/);
    assert.match(page.headers['content-security-policy'], /default-src 'none'.*require-trusted-types-for 'script'/);
    assert.match((await ask('GET', 'mailbox.js')).headers['content-type'], /^text\/javascript/);
    for (const path of ['nothing', '../dist/index.html', '%2e%2e/dist/index.html', 'api']) {
      assert.equal((await ask('GET', path)).status, 404, path);
    }
    const app = await fetch(server.url);
    assert.match(await app.text(), /<contact-app>/);
  });

  it('shows who is in the mailbox, and says nothing while nothing has changed', async () => {
    hands.add({ givenName: 'Jane', surname: 'Doe', homePhones: [] });
    const { said, headers } = await ask('GET', 'api/contacts');
    assert.deepEqual(
      [said.contacts.map(({ displayName }) => displayName), headers['cache-control']],
      [['Jane Doe'], 'no-store'],
    );
    assert.equal((await ask('GET', `api/contacts?known=${said.version}`)).status, 204);
    hands.edit(said.contacts[0].id, { jobTitle: 'Notary' });
    const again = await ask('GET', `api/contacts?known=${said.version}`);
    assert.equal(again.said.contacts[0].jobTitle, 'Notary');
    assert.deepEqual(new Set(heard), new Set(['watched']));
  });

  it('edits as the users of the mailbox do: another change key, another time, and nothing else', async () => {
    const jane = hands.add({ givenName: 'Jane', homePhones: [], jobTitle: 'Notary', categories: ['friends'] });
    const edited = await ask('PATCH', at(jane), {
      changeKey: jane.changeKey,
      fields: { jobTitle: 'Judge', givenName: null },
    });
    assert.equal(edited.status, 200);
    const [now] = hands.see();
    assert.deepEqual(edited.said.contact, now);
    assert.notEqual(now.changeKey, jane.changeKey);
    assert.notEqual(now['@odata.etag'], jane['@odata.etag']);
    assert.deepEqual([now.id, now.jobTitle, now.givenName, now.categories], [jane.id, 'Judge', null, ['friends']]);
    assert.deepEqual(heard, ['hurry']);
  });

  it('adds and deletes', async () => {
    const { status, said } = await ask('POST', 'api/contacts', {
      fields: { surname: 'Doe', businessPhones: ['1', '2'] },
    });
    assert.deepEqual([status, hands.see().length], [201, 1]);
    assert.equal((await ask('DELETE', at(said.contact))).status, 204);
    const gone = await ask('DELETE', at(said.contact));
    assert.deepEqual(
      [gone.status, gone.said.problem, hands.see().length],
      [404, 'This contact is not in the mailbox any more.', 0],
    );
  });

  it('does not write over what changed meanwhile, and says what is there', async () => {
    const jane = hands.add({ givenName: 'Jane', homePhones: [] });
    const now = hands.edit(jane.id, { jobTitle: 'Notary' });
    const { status, said } = await ask('PATCH', at(jane), { changeKey: jane.changeKey, fields: { jobTitle: 'Judge' } });
    assert.equal(status, 409);
    assert.deepEqual([said.contact, hands.see()], [now, [now]]);
    assert.match(said.problem, /just changed elsewhere/);
  });

  it('refuses in plain words what Outlook cannot hold, and changes nothing', async () => {
    const jane = hands.add({ givenName: 'Jane', homePhones: [] });
    const before = hands.see();
    for (const fields of [
      { businessPhones: ['1', '2', '3'] },
      { birthday: 'soon' },
      { changeKey: 'x' },
      { jobTitle: 7 },
    ]) {
      const { status, said } = await ask('PATCH', at(jane), { changeKey: jane.changeKey, fields });
      assert.equal(status, 400);
      assert.match(said.problem, /^Outlook does not take this: '/);
    }
    for (const fields of [{}, { surname: ' ', homePhones: [] }]) {
      assert.match((await ask('POST', 'api/contacts', { fields })).said.problem, /nothing to save yet/);
    }
    for (const body of ['{', '[]', '"a"']) {
      const { status } = await ask('POST', 'api/contacts', body);
      assert.equal(status, 400, body);
    }
    assert.equal((await ask('POST', 'api/contacts', { fields: { surname: 'x'.repeat(300_000) } })).status, 413);
    assert.equal((await ask('PATCH', 'api/contacts/%', { fields: {} })).status, 400);
    assert.equal((await ask('PATCH', 'api/contacts', { fields: {} })).status, 405);
    assert.deepEqual([hands.see(), heard], [before, []]);
  });

  it('passes on what a held run asks, once it asks it, and the answer to that question alone', async () => {
    const { said } = await ask('GET', 'api/contacts');
    assert.equal(said.held, null);
    held = { token: 't1', kind: 'delete', direction: 'in', cards: ['a', 'b'], allowed: 5 };
    const asked = await ask('GET', `api/contacts?known=${said.version}`);
    assert.deepEqual(asked.said.held, { token: 't1', kind: 'delete', direction: 'in', allowed: 5, people: 2 });
    heard = [];
    for (const body of [{}, { token: 't1', answer: 'maybe' }, { token: 't0', answer: 'take' }]) {
      assert.ok((await ask('POST', 'api/held', body)).status >= 400);
    }
    assert.deepEqual(heard, []);
    assert.equal((await ask('POST', 'api/held', { token: 't1', answer: 'keep' })).status, 204);
    assert.deepEqual(heard, ['t1 keep']);
  });

  it('answers nobody who comes from another page, or under a name that is not this machine’s', async () => {
    const jane = hands.add({ givenName: 'Jane', homePhones: [] });
    const before = hands.see();
    const foreign = [
      { host: 'contacts.example.com' },
      { host: `contacts.example.com:${new URL(server.url).port}` },
      { host: '127.0.0.1:1' },
      { origin: 'https://example.com' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      for (const [method, path, body] of [
        ['GET', 'api/contacts'],
        ['POST', 'api/contacts', { fields: { surname: 'Doe' } }],
        ['PATCH', at(jane), { changeKey: jane.changeKey, fields: { surname: 'Doe' } }],
        ['DELETE', at(jane)],
        ['OPTIONS', 'api/contacts'],
        ['POST', 'api/held', { token: 't1', answer: 'take' }],
      ]) {
        const { status, headers: answered, said } = await ask(method, path, body, headers);
        assert.equal(status, 403, `${method} ${JSON.stringify(headers)}`);
        assert.equal(answered['access-control-allow-origin'], undefined);
        assert.doesNotMatch(JSON.stringify(said), /Jane/);
      }
    }
    assert.equal((await ask('GET', '', undefined, { host: 'contacts.example.com' })).status, 403);
    assert.equal((await ask('DELETE', at(jane), undefined, { origin: undefined })).status, 403);
    const form = { 'content-type': 'text/plain' };
    assert.equal((await ask('POST', 'api/contacts', { fields: { surname: 'Doe' } }, form)).status, 415);
    assert.deepEqual([hands.see(), heard], [before, []]);
  });
});
