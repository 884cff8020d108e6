// What a store in IndexedDB does with a database that is not as it left it: bytes that changed, files
// that are gone, databases of others, and a browser that takes the database away.

import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { newProfile, startChromium } from './support/chromium.mjs';
import { startServer } from './support/server.mjs';
import { newPage, session } from './support/session.mjs';

describe('a database that is not as it was left', () => {
  const chromium = session();

  it('changed bytes, and bytes under another key, are reported by load and refused by get', async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const { putRaw, getRaw, codeOf } = await import('/tests/browser/pages/raw.mjs');
      const name = 'contactmesh/bytes';
      const storage = await openIndexedDbStorage('bytes');
      const { epoch } = await storage.lease('test');
      const put = ['whole', 'flipped', 'moved', 'cut', 'other'].map((key) => [key, new Uint8Array(100)]);
      await storage.commit({ put, del: [], expectEpoch: epoch });
      const flipped = await getRaw(name, 'records', 'flipped');
      flipped[flipped.length - 1] ^= 1;
      await putRaw(name, 'records', 'flipped', flipped);
      await putRaw(name, 'records', 'moved', await getRaw(name, 'records', 'whole'));
      await putRaw(name, 'records', 'cut', flipped.subarray(0, 20));
      await putRaw(name, 'records', 'other', { not: 'bytes' });
      await putRaw(name, 'records', 7, flipped);
      const { records, corrupt } = await storage.load('');
      return {
        records: records.map(([key]) => key),
        corrupt: corrupt.map(({ key }) => key).sort(),
        get: await Promise.all(['whole', 'flipped', 'moved', 'cut', 'other'].map((key) => codeOf(storage.get(key)))),
      };
    });
    assert.deepEqual(found, {
      records: ['whole'],
      corrupt: ['7', 'cut', 'flipped', 'moved', 'other'],
      get: ['no error', ...Array(4).fill('storage-damaged')],
    });
  });

  it('a record that cannot be hashed fails its commit with a code, while another is under way, and rejects nowhere else', async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      const unhandled = [];
      addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
      const storage = await openIndexedDbStorage('hashless');
      const { epoch } = await storage.lease('test');
      const batch = (key) => ({ put: [[key, new Uint8Array(10)]], del: [], expectEpoch: epoch });
      const first = storage.commit({ ...batch('a'), put: [['a', new Uint8Array(20_000_000)]] });
      const { digest } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.digest = () => Promise.reject(new RangeError('Array buffer allocation failed'));
      const second = codeOf(storage.commit(batch('b')));
      SubtleCrypto.prototype.digest = digest;
      await first;
      const code = await second;
      await new Promise((settle) => setTimeout(settle, 50));
      return { code, unhandled, kept: (await storage.get('a')).length, not: await storage.get('b') };
    });
    assert.deepEqual(found, { code: 'storage-io', unhandled: [], kept: 20_000_000, not: undefined });
    await page.close();
  });

  it("others' databases and newer books are refused and left as they are", async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const { openRaw, putRaw, codeOf } = await import('/tests/browser/pages/raw.mjs');
      (await openRaw('contactmesh/stores', { stores: ['records', 'theirs'] })).close();
      (await openRaw('contactmesh/none', {})).close();
      (await openRaw('contactmesh/unmarked', { version: 7, stores: ['records', 'about'] })).close();
      const codes = [];
      for (const name of ['stores', 'none', 'unmarked']) codes.push(await codeOf(openIndexedDbStorage(name)));
      await (await openIndexedDbStorage('newer')).close();
      await putRaw('contactmesh/newer', 'about', 'mark', { product: 'contactmesh book', format: 2 });
      codes.push(await codeOf(openIndexedDbStorage('newer')));
      const left = await openRaw('contactmesh/stores');
      return { codes, left: [...left.objectStoreNames], version: left.version };
    });
    assert.deepEqual(found, {
      codes: ['storage-foreign', 'storage-foreign', 'storage-foreign', 'storage-newer'],
      left: ['records', 'theirs'],
      version: 1,
    });
  });

  it('a store steps aside when its database is deleted, says so, and lets others write', async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      const { deleteDatabase } = await import('/tests/browser/pages/storage.mjs');
      let told = 0;
      const onClosed = () => {
        told += 1;
      };
      const storage = await openIndexedDbStorage('deleted', { onClosed });
      const { epoch } = await storage.lease('test');
      await storage.commit({ put: [['a', new Uint8Array(1)]], del: [], expectEpoch: epoch });
      await deleteDatabase('contactmesh/deleted');
      const codes = [
        await codeOf(storage.commit({ put: [], del: ['a'], expectEpoch: epoch })),
        await codeOf(storage.load('')),
      ];
      const next = await openIndexedDbStorage('deleted', { onClosed });
      await next.lease('test');
      await next.close();
      return { told, codes };
    });
    assert.deepEqual(found, { told: 1, codes: ['storage-closed', 'storage-closed'] });
  });

  it('a browser that clears the data of the site ends the store in the same way', async () => {
    const page = await chromium.newPage();
    const cdp = await chromium.context.newCDPSession(page);
    await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      globalThis.closed = new Promise((settle) => {
        openIndexedDbStorage('cleared', { onClosed: settle }).then((storage) => {
          globalThis.storage = storage;
        });
      });
      while (globalThis.storage === undefined) await new Promise((settle) => setTimeout(settle, 10));
    });
    await cdp.send('Storage.clearDataForOrigin', { origin: chromium.origin, storageTypes: 'indexeddb' });
    const code = await page.evaluate(async () => {
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      await globalThis.closed;
      return codeOf(globalThis.storage.load(''));
    });
    assert.equal(code, 'storage-closed');
  });
});

describe('a profile that lost a file', () => {
  it('a large value whose file is gone is reported, and the others are read', async () => {
    const server = await startServer();
    const profile = newProfile();
    let chromium = await startChromium(profile);
    try {
      const page = await newPage(chromium.context, server.origin);
      await page.evaluate(async () => {
        const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
        const storage = await openIndexedDbStorage('files');
        const { epoch } = await storage.lease('test');
        const { randomBytes } = await import('/tests/browser/pages/raw.mjs');
        const put = [
          ['small', new Uint8Array(10)],
          ['large', randomBytes(3_000_000)],
          ['smaller', new Uint8Array(1)],
        ];
        await storage.commit({ put, del: [], expectEpoch: epoch });
      });
      await chromium.close();
      const large = filesOf(profile.folder).filter((path) => statSync(path).size > 2_000_000 && /blob/.test(path));
      assert.equal(large.length, 1);
      rmSync(large[0]);
      chromium = await startChromium(profile);
      const again = await newPage(chromium.context, server.origin);
      const found = await again.evaluate(async () => {
        const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
        const { records, corrupt } = await (await openIndexedDbStorage('files')).load('');
        return { records: records.map(([key]) => key), corrupt };
      });
      assert.deepEqual(found.records, ['small', 'smaller']);
      assert.deepEqual(
        found.corrupt.map(({ key }) => key),
        ['large'],
      );
    } finally {
      await chromium.close();
      await profile.remove();
      await server.close();
    }
  });
});

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
