// Dead letters and addresses beside a book, read while others write them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileDeadLetters } from '../../pkg/dist/connections/letters.js';
import { ConnectionStore } from '../../pkg/dist/connections/store.js';

async function inFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-connections-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a letter that goes while letters are listed is passed over, and is no damage', () =>
  inFolder(async (folder) => {
    const [writer, reader] = [new FileDeadLetters(folder, 'team'), new FileDeadLetters(folder, 'team')];
    const hashes = Array.from({ length: 30 }, (_, n) => n.toString(16).padStart(64, '0'));
    let passed = 0;
    for (let round = 0; round < 10; round += 1) {
      for (const hash of hashes) {
        await writer.put({ hash, reason: 'r', time: 1, attempts: 1, retry: false, bytes: new Uint8Array(3) });
      }
      const gone = Promise.all(hashes.map((hash) => writer.remove(hash)));
      for (let n = 0; n < 5; n += 1) passed += hashes.length - (await reader.list()).length;
      await gone;
    }
    assert.ok(passed > 0, 'letters went meanwhile');
    assert.deepEqual(await reader.list(), []);
  }));

test('two names that would share one variable are not taken both', () =>
  inFolder(async (folder) => {
    const store = new ConnectionStore(folder);
    const named = (name) => ({ name, kind: 'relay', url: 'https://flow.example.com/?sig=1', log: 'contacts' });
    await store.put(named('my-team'));
    await assert.rejects(store.put(named('my_team')), {
      code: 'bad-input',
      message: /my_team.*my-team.*CONTACTMESH_URL_MY_TEAM.*another name/,
    });
    await store.put(named('my-team'));
    await store.put(named('my-teams'));
    assert.deepEqual(
      (await store.list()).map(({ name }) => name),
      ['my-team', 'my-teams'],
    );
  }));
