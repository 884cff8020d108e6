/**
 * The address of a flow: checked once, never parsed for meaning, never shown.
 * Any host will do; only https, or http to this machine, because the address is
 * a secret and so are the contacts.
 */
import { hashOf } from './base64.js';
import { flowError } from './failure.js';

const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address as it is called; throws `flow-address` for what is none. */
export function checkAddress(text: string): string {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) throw flowError('flow-address', { pause: true });
  const url = new URL(trimmed);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && LOCAL.test(url.hostname));
  if (!safe || url.username !== '' || url.password !== '') throw flowError('flow-address', { pause: true });
  url.hash = '';
  return url.href;
}

/** What stands for the address in cursors and stores. A new signature is still the same log. */
export async function fingerprint(address: string, log: string): Promise<string> {
  const { origin, pathname } = new URL(address);
  return (await hashOf(new TextEncoder().encode(`${origin}${pathname}\n${log}`))).slice(0, 16);
}

/** What people may see of it; a text that is no address has no host. */
export function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined;
}
