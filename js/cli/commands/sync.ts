/** `sync`: exchanges changes through connections, or with a relay in a folder. */
import { resolve } from 'node:path';
import { openFileRelay } from '../../node.js';
import type { Command } from '../command.js';
import { syncConnections } from '../connected/sync.js';
import { remarks, told } from '../connected/words.js';
import { EXIT, usage } from '../exit.js';
import { withBook } from '../place.js';
import { count } from '../text.js';

const FOR_CONNECTIONS = ['every', 'actions', 'now', 'audit'];

export const sync: Command = {
  name: 'sync',
  operands: '[NAME]',
  summary: 'exchange changes with other replicas and mailboxes, through connections or a shared folder',
  options: {
    relay: { type: 'string', value: 'DIR', help: 'the folder that the replicas share; made if it is not there' },
    every: {
      type: 'string',
      value: 'TIME',
      help: 'go on until stopped: this often while something moves, less often else',
    },
    actions: { type: 'string', value: 'N', help: 'flow actions a day that a connection may use; 2000 if absent' },
    audit: { type: 'boolean', help: 'of a mailbox: look at every contact there, not only at what changed' },
    now: { type: 'boolean', help: 'also what waits, for you or because the flow asked for time' },
  },
  details: `Without a NAME it syncs every connection (\`contactmesh connect\`). With --every
60s it stays and syncs again: after 60 s while something moves, ever later while
nothing does (15 minutes at most), and never more often than --actions allow.
Each run leaves a line in runs.jsonl in the book's folder.
A run with a mailbox that would delete or blank too much is held: it ends with 6, and
\`status NAME\` shows what would happen. Nothing of it is done before \`confirm\`.
With --relay DIR, every replica syncs with the same folder, whenever it likes. What both sides
wrote is merged; the same field written on both becomes a conflict.
Photos do not travel yet; import them on each replica.`,
  least: 0,
  most: 1,
  async run(call) {
    const folder = call.text('relay');
    if (folder === undefined) return syncConnections(call);
    const more = FOR_CONNECTIONS.filter((option) => call.flag(option) || call.text(option) !== undefined);
    const extra = [...call.operands.map(() => 'NAME'), ...more.map((option) => `--${option}`)].join(', ');
    if (extra !== '') {
      throw usage(
        `--relay DIR is for one sync with a folder, without ${extra}; or connect it with \`contactmesh connect NAME --dir DIR\``,
      );
    }
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
