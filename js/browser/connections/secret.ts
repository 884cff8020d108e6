/**
 * Addresses as they lie in the browser: sealed with a key that the browser
 * hands to nobody as bytes. So no dump of the database shows an address. It
 * does not help against a script that runs in the page, nor against somebody
 * who has the whole profile: both can use the key.
 */
import { ContactmeshError } from '../../errors.js';
import type { Cupboard } from './cupboard.js';

export interface Sealed {
  nonce: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

const CIPHER = 'AES-GCM';
const KEY = 'addresses';

/** `name` is bound to the address: one moved to another connection does not open. */
export async function seal(cupboard: Cupboard, name: string, address: string): Promise<Sealed> {
  const key = (await cupboard.get<CryptoKey>('keys', KEY)) ?? (await cupboard.offer('keys', await newKey(), KEY));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return { nonce, bytes: await crypto.subtle.encrypt(cipher(nonce, name), key, text(address)) };
}

export async function unseal(cupboard: Cupboard, name: string, { nonce, bytes }: Sealed): Promise<string> {
  const key = await cupboard.get<CryptoKey>('keys', KEY);
  if (key === undefined) throw damaged(name);
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(nonce, name), key, bytes));
  } catch {
    throw damaged(name);
  }
}

function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ['encrypt', 'decrypt']);
}

function cipher(iv: Uint8Array<ArrayBuffer>, name: string): AesGcmParams {
  return { name: CIPHER, iv, additionalData: text(name) };
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

function damaged(name: string): ContactmeshError {
  const message = `reading the address of ${name}: it is not what was kept there; connect it again. The book itself is not in it`;
  return new ContactmeshError('connections-damaged', message);
}
