// Runs one promise of the storage suite, by its title, on IndexedDB in this page. Every promise has a
// database of its own, which is deleted afterwards.

import { openIndexedDbStorage } from '/pkg/dist/index.js';
import { storagePromises } from '/tests/storage/promises.mjs';
import { assert } from './assert.mjs';

const promises = new Map();
let count = 0;

async function setup() {
  count += 1;
  const name = `suite-${count}`;
  const opened = [];
  return {
    open: async () => {
      const storage = await openIndexedDbStorage(name);
      opened.push(storage);
      return storage;
    },
    cleanup: async () => {
      for (const storage of opened) await storage.close();
      await deleteDatabase(`contactmesh/${name}`);
    },
  };
}

export function deleteDatabase(name) {
  return new Promise((settle, fail) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => settle();
    request.onerror = () => fail(request.error);
  });
}

storagePromises('IndexedDB', setup, {
  assert,
  describe: (_, body) => body(),
  it: (title, body) => promises.set(title, body),
});

export const run = (title) => promises.get(title)();
