// Looks at a database, and breaks it, behind the back of the store.

/** Opens a database as it is, or makes one with these object stores. */
export function openRaw(name, { version, stores = [] } = {}) {
  return new Promise((settle, fail) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const store of stores) request.result.createObjectStore(store);
    };
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** Writes one value, past every check. */
export async function putRaw(name, store, key, value) {
  const database = await openRaw(name);
  await new Promise((settle, fail) => {
    const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
    transaction.objectStore(store).put(value, key);
    transaction.oncomplete = settle;
    transaction.onabort = () => fail(transaction.error);
  });
  database.close();
}

export async function getRaw(name, store, key) {
  const database = await openRaw(name);
  const value = await new Promise((settle, fail) => {
    const request = database.transaction(store).objectStore(store).get(key);
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error);
  });
  database.close();
  return value;
}

/** The code of the error that a promise ends with. */
export async function codeOf(promise) {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error.code ?? `${error.name}: ${error.message}`;
  }
}

/** Bytes that no browser can compress. */
export function randomBytes(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 50_000) crypto.getRandomValues(bytes.subarray(i, i + 50_000));
  return bytes;
}

/** So many characters of hexadecimal. */
export function randomText(length) {
  return [...randomBytes(length / 2)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** All records of all databases of the site, bytes as text. */
export async function everything() {
  let text = '';
  const show = (_, value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value);
    return value instanceof CryptoKey ? `key, extractable: ${value.extractable}` : value;
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await openRaw(name);
    for (const store of database.objectStoreNames) {
      const values = await new Promise((settle) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => settle(request.result);
      });
      text += `${name} ${store} ${JSON.stringify(values, show)}\n`;
    }
    database.close();
  }
  return text;
}
