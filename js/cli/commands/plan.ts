/** `plan`: what a sync would send, before it does. */
import type { Connection } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { ConnectionStore } from '../../connections/store.js';
import { StateStore } from '../../schedule/state.js';
import type { Pending } from '../../types.js';
import type { Command } from '../command.js';
import { relayNameOf } from '../connected/line.js';
import { folderOf, withBook } from '../place.js';
import { count, table } from '../text.js';

interface Planned extends Pending {
  connection: string;
  deadLetters: number;
  /** Of these, the ones that go out again. */
  retried: number;
  paused: string | null;
}

export const plan: Command = {
  name: 'plan',
  operands: '[NAME]',
  summary: 'show what a sync would send, and send nothing',
  options: {},
  details: 'Only numbers are shown. Changes that wait for others hold up no sync.',
  least: 0,
  most: 1,
  run(call) {
    const folder = folderOf(call);
    return withBook(call, 'read', async (book) => {
      const store = new ConnectionStore(folder);
      const chosen = call.operands.length > 0 ? [await store.get(call.operand(0))] : await store.list();
      const plans: Planned[] = [];
      for (const one of chosen) {
        plans.push({ ...(await notesOf(folder, one)), ...book.pending(relayNameOf(one)) });
      }
      const { waiting } = book.status();
      return { json: { connections: plans, waiting }, text: () => text(plans, waiting) };
    });
  },
};

async function notesOf(folder: string, { name }: Connection) {
  const letters = await new FileDeadLetters(folder, name).list();
  const { paused } = await new StateStore(folder).get(name);
  return {
    connection: name,
    deadLetters: letters.length,
    retried: letters.filter(({ retry }) => retry).length,
    paused: paused ?? null,
  };
}

function text(plans: Planned[], waiting: number): string {
  if (plans.length === 0) return 'no connections; make one with `contactmesh connect`\n';
  const rows = plans.map((one) => [
    one.connection,
    one.changes === 0 ? 'nothing to send' : count(one.changes, 'change'),
    one.chunks === 0 ? '' : `${one.more ? 'more than ' : ''}${count(one.chunks, 'chunk')}, ${one.bytes} bytes`,
    one.deadLetters === 0 ? '' : `${count(one.deadLetters, 'dead letter')}, ${one.retried} to be tried again`,
    one.paused === null ? '' : `waits for you (${one.paused})`,
  ]);
  const room = waiting > 0 ? `${count(waiting, 'change')} wait for others that have not come yet\n` : '';
  return table(rows) + room;
}
