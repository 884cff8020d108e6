/** `sync`: exchanges changes with a relay in a folder. */
import { resolve } from 'node:path';
import { openFileRelay } from '../../node.js';
import type { Synced } from '../../types.js';
import type { Command } from '../command.js';
import { EXIT, usage } from '../exit.js';
import { withBook } from '../place.js';
import { count } from '../text.js';

export const sync: Command = {
  name: 'sync',
  operands: '',
  summary: 'exchange changes with other replicas through a shared folder',
  options: {
    relay: { type: 'string', value: 'DIR', help: 'the folder that the replicas share; made if it is not there' },
  },
  details: `Every replica syncs with the same folder, whenever it likes. What both sides
wrote is merged; the same field written on both becomes a conflict.
Photos do not travel yet; import them on each replica.`,
  least: 0,
  most: 0,
  run(call) {
    const folder = call.text('relay');
    if (folder === undefined) throw usage('--relay DIR is needed, the folder that the replicas share');
    return withBook(call, 'begin', async (book) => {
      const relay = await openFileRelay(folder);
      // The whole path: the book remembers by it how far it and the relay know each other.
      const onProgress = call.progress(`syncing with ${folder}`);
      const synced = await book.sync(relay, { name: resolve(folder), onProgress });
      const { conflicts } = book.status();
      return {
        json: { ...synced, conflicts },
        text: () => `${told(synced)}; ${count(conflicts, 'open conflict')}\n${remarks(synced)}`,
        exit: synced.refused > 0 ? EXIT.partial : EXIT.done,
      };
    });
  },
};

function told({ pushed, accepted }: Synced): string {
  const sent = pushed === 0 ? 'nothing to send' : `sent ${count(pushed, 'chunk')}`;
  return `${sent}, ${accepted === 0 ? 'nothing new came' : `${count(accepted, 'change')} came`}`;
}

function remarks({ waiting, refused, newer }: Synced): string {
  const lines = [];
  if (waiting > 0) lines.push(`${count(waiting, 'change')} wait for others that have not come yet`);
  if (refused > 0) lines.push(`${count(refused, 'change')} refused; \`contactmesh status\` says why`);
  if (newer > 0) lines.push(`${count(newer, 'chunk')} from a newer version are kept; update contactmesh to read them`);
  return lines.map((text) => `${text}\n`).join('');
}
