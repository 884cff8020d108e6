/**
 * A record as it lies in the database: the SHA-256 of what follows, the length
 * of its key, the key, the bytes. The key is part of it, so that bytes under a
 * wrong key are found out too. Hashing is asynchronous in browsers; therefore
 * it is done before a transaction begins and after it has ended.
 */

const HASH = 32;
/** The hash, and two bytes for the length of the key. */
const HEAD = HASH + 2;

/** Copies key and bytes at once; resolves when the hash is in its place. */
export function seal(key: string, bytes: Uint8Array): Promise<Uint8Array> {
  const name = new TextEncoder().encode(key);
  const sealed = new Uint8Array(HEAD + name.length + bytes.length);
  new DataView(sealed.buffer).setUint16(HASH, name.length);
  sealed.set(name, HEAD);
  sealed.set(bytes, HEAD + name.length);
  return digest(sealed).then((hash) => {
    sealed.set(hash);
    return sealed;
  });
}

/** The bytes of a record, or undefined if it is not what was written under this key. */
export async function unseal(key: string, sealed: unknown): Promise<Uint8Array | undefined> {
  if (!(sealed instanceof Uint8Array) || sealed.length < HEAD) return undefined;
  const name = new TextEncoder().encode(key);
  const start = HEAD + name.length;
  if (new DataView(sealed.buffer, sealed.byteOffset).getUint16(HASH) !== name.length) return undefined;
  if (sealed.length < start || !equal(sealed.subarray(HEAD, start), name)) return undefined;
  return equal(await digest(sealed), sealed.subarray(0, HASH)) ? sealed.subarray(start) : undefined;
}

async function digest(sealed: Uint8Array): Promise<Uint8Array> {
  const covered = sealed.subarray(HASH) as Uint8Array<ArrayBuffer>;
  return new Uint8Array(await crypto.subtle.digest('SHA-256', covered));
}

function equal(one: Uint8Array, two: Uint8Array): boolean {
  return one.length === two.length && one.every((byte, n) => byte === two[n]);
}
