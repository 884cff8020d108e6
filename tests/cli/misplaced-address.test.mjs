// The address of a flow, typed where it does not belong: nothing that is said or written holds it.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { assertSecret, withFlow } from './connected.mjs';

const MISPLACED = {
  'as a second operand': (url) => ['connect', 'team', url],
  'as the name of a connection': (url) => ['connect', url],
  'as the name of what to sync': (url) => ['sync', url],
  'as a second name of what to sync': (url) => ['sync', 'team', url],
  'as the name of what to forget': (url) => ['disconnect', url],
  'as the name of what was refused': (url) => ['letters', url],
  'as the file that holds it': (url) => ['connect', 'team', '--url-file', url],
  'as the file that holds it, in one word': (url) => ['connect', 'team', `--url-file=${url}`],
  'as a shared folder': (url) => ['connect', 'team', '--dir', url],
  'as a relay': (url) => ['sync', '--relay', url],
  'as the book': (url) => ['create', 'name/given=Jane', '--book', url],
  'as the log': (url) => ['connect', 'team', '--log', url],
  'as the name of a replica': (url) => ['create', 'name/given=Jane', '--name', url],
  'as a time': (url) => ['sync', '--every', url],
  'as the command': (url) => [url],
  'as an option': (url) => ['connect', 'team', `--${url}`],
  'as a file of contacts': (url) => ['import', url],
  'as a topic of the help': (url) => ['help', url],
};

for (const [what, args] of Object.entries(MISPLACED)) {
  test(`an address ${what} is refused and repeated nowhere, and nothing is made`, () =>
    withFlow(async (cm, flow) => {
      for (const more of [[], ['--json']]) {
        const { code, stderr } = await cm(...args(cm.url), ...more);
        assert.ok([2, 4].includes(code), `${code}: ${stderr}`);
        assert.match(stderr, /^contactmesh[^\n]*\n$/);
      }
      assert.equal(flow.requests, 0);
      assert.deepEqual(await readdir(cm.folder), ['address']);
      await assertSecret(cm, 'address');
    }));
}

test('it says where an address belongs', () =>
  withFlow(async (cm) => {
    for (const args of [
      ['sync', '--relay', cm.url],
      ['connect', 'team', '--dir', cm.url],
      ['connect', 'team', '--url-file', cm.url],
    ]) {
      const line = await cm.fails(2, ...args);
      assert.match(line, /takes no address.*a secret.*put it into a file.*connect NAME --url-file FILE/);
    }
  }));

test('a card and a search may hold addresses', () =>
  withFlow(async (cm) => {
    const page = 'https://jane.example.com/about';
    const { id } = await cm.json('create', 'name/given=Jane', `links/new/uri=${page}`);
    assert.equal((await cm.json('list', '--search', page)).total, 0);
    assert.ok(Object.values((await cm.json('show', id)).fields).includes(page));
  }));
