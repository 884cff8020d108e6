/**
 * The address of a flow's trigger, in the shape that Power Automate has since
 * 2025 (seen in public field evidence, not documented), on our own host. The
 * address is the secret: it is kept in a file for its owner only, and `sig` is
 * compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContactmeshError } from '../../errors.js';
import { putWhole } from '../files.js';

export interface Identity {
  /** 32 hexadecimal digits. */
  workflow: string;
  /** 43 characters of base64url, as the platform's. */
  sig: string;
}

/** The identity that is kept in a file of a folder; made when first asked for. */
export function identityIn(folder: string, file: string): Identity {
  const path = join(folder, file);
  if (existsSync(path)) return readIdentity(path);
  const identity = { workflow: randomBytes(16).toString('hex'), sig: randomBytes(32).toString('base64url') };
  putWhole(path, `${JSON.stringify(identity)}\n`);
  return identity;
}

function readIdentity(path: string): Identity {
  try {
    const { workflow, sig } = JSON.parse(readFileSync(path, 'utf8')) as Identity;
    if (/^[0-9a-f]{32}$/.test(workflow) && /^[\w-]{43}$/.test(sig)) return { workflow, sig };
  } catch {
    // Said below, without what the file holds.
  }
  throw new ContactmeshError('flow-damaged', `${path} is not the address of a flow; move it away to get a new one`);
}

export function pathOf(identity: Identity): string {
  return `/powerautomate/automations/direct/workflows/${identity.workflow}/triggers/manual/paths/invoke`;
}

export function addressOf(origin: string, identity: Identity): string {
  const query = new URLSearchParams({ 'api-version': '1', sp: '/triggers/manual/run', sv: '1.0', sig: identity.sig });
  return `${origin}${pathOf(identity)}?${query}`;
}

export function isSigned(query: URLSearchParams, identity: Identity): boolean {
  const given = createHash('sha256')
    .update(query.get('sig') ?? '')
    .digest();
  const wanted = createHash('sha256').update(identity.sig).digest();
  return timingSafeEqual(given, wanted) && query.get('sp') === '/triggers/manual/run' && query.get('sv') === '1.0';
}
