// The stand-in for a SharePoint list: what it keeps, changes and refuses.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SharePointList } from '../../pkg/dist/flows/connectors/sharepoint.js';

describe('flows: a list', () => {
  let folder;
  let now;
  const open = () => {
    const columns = { unique: ['Title'], indexed: [], longest: { Title: 255 } };
    return new SharePointList(
      join(folder, 'list.jsonl'),
      columns,
      () => {},
      () => now,
    );
  };
  const post = (list, Title, more = {}) => list.call('PostItem', { 'item/Title': Title, ...more });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactmesh-list-'));
    now = Date.parse('2026-11-23T05:00:00.900Z');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('an item says when it was made and changed, and is the same when it is opened again', async () => {
    const list = open();
    await post(list, 'one', { 'item/Epoch': 1 });
    now += 60_000;
    const { body } = await list.call('PatchItem', { id: 1, 'item/Epoch': 2 });
    const Created = '2026-11-23T05:00:00Z';
    assert.deepEqual(body, { Title: 'one', Epoch: 2, Created, Modified: '2026-11-23T05:01:00Z', ID: 1 });
    assert.deepEqual(open().rows, [body]);
  });

  it('a change keeps the unique column: the same value for the same row, no other row’s', async () => {
    const list = open();
    await post(list, 'one');
    await post(list, 'two');
    assert.equal((await list.call('PatchItem', { id: 1, 'item/Title': 'ONE' })).statusCode, 200);
    assert.equal((await list.call('PatchItem', { id: 1, 'item/Title': 'Two' })).statusCode, 400);
    assert.equal((await list.call('PatchItem', { id: 9, 'item/Title': 'nine' })).statusCode, 404);
  });

  it('an item that was deleted is gone, its title is free and its id is not given again', async () => {
    const list = open();
    await post(list, 'one');
    assert.equal((await list.call('DeleteItem', { id: 1 })).statusCode, 200);
    assert.equal((await list.call('DeleteItem', { id: 1 })).statusCode, 404);
    const { body } = await post(open(), 'one');
    assert.equal(body.ID, 2);
    assert.deepEqual(open().rows, [body]);
  });
});
