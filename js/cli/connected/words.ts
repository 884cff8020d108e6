/** What a sync did, in words. */
import type { Synced } from '../../types.js';
import { count } from '../text.js';

export function told({ pushed, accepted }: Synced): string {
  const sent = pushed === 0 ? 'nothing to send' : `sent ${count(pushed, 'chunk')}`;
  return `${sent}, ${accepted === 0 ? 'nothing new came' : `${count(accepted, 'change')} came`}`;
}

export function remarks({ waiting, refused, newer }: Synced): string {
  const lines = [];
  if (waiting > 0) lines.push(`${count(waiting, 'change')} wait for others that have not come yet`);
  if (refused > 0) lines.push(`${count(refused, 'change')} refused; \`contactmesh status\` says why`);
  if (newer > 0) lines.push(`${count(newer, 'chunk')} from a newer version are kept; update contactmesh to read them`);
  return lines.map((text) => `${text}\n`).join('');
}
