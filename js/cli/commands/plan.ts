/** `plan`: what a sync would send, before it does. */
import type { Book } from '../../book.js';
import { type Connection, isSystem, type RelayConnection } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { ConnectionStore } from '../../connections/store.js';
import { StateStore } from '../../schedule/state.js';
import type { SystemPlan } from '../../systems/types.js';
import type { Pending } from '../../types.js';
import type { Command } from '../command.js';
import { relayNameOf } from '../connected/line.js';
import { nameIfKnown } from '../ids.js';
import { folderOf, withBook } from '../place.js';
import { planText } from '../systems/plan-text.js';
import { count, table } from '../text.js';

interface PlannedRelay extends Pending {
  connection: string;
  deadLetters: number;
  /** Of these, the ones that go out again. */
  retried: number;
  paused: string | null;
}

interface PlannedSystem {
  connection: string;
  paused: string | null;
  plan: SystemPlan;
}

export const plan: Command = {
  name: 'plan',
  operands: '[NAME]',
  summary: 'show what a sync would send, and send nothing',
  options: {},
  details: `Of a relay only numbers are shown. Of a mailbox, every field that would be written, with
what is there now, and who wrote it. Changes that wait for others hold up no sync.`,
  least: 0,
  most: 1,
  run(call) {
    const folder = folderOf(call);
    return withBook(call, 'read', async (book) => {
      const store = new ConnectionStore(folder);
      const chosen = call.operands.length > 0 ? [await store.get(call.operand(0))] : await store.list();
      const plans: (PlannedRelay | PlannedSystem)[] = [];
      for (const one of chosen) plans.push(await planned(folder, book, one));
      const { waiting } = book.status();
      const said = text(book, plans, waiting);
      return { json: { connections: plans, waiting }, text: () => said };
    });
  },
};

async function planned(folder: string, book: Book, connection: Connection): Promise<PlannedRelay | PlannedSystem> {
  if (!isSystem(connection))
    return { ...(await notesOf(folder, connection)), ...book.pending(relayNameOf(connection)) };
  const { name } = connection;
  const { paused } = await new StateStore(folder).get(name);
  return { connection: name, paused: paused ?? null, plan: book.systems.plan(name) };
}

async function notesOf(folder: string, { name }: RelayConnection) {
  const letters = await new FileDeadLetters(folder, name).list();
  const { paused } = await new StateStore(folder).get(name);
  return {
    connection: name,
    deadLetters: letters.length,
    retried: letters.filter(({ retry }) => retry).length,
    paused: paused ?? null,
  };
}

function text(book: Book, plans: (PlannedRelay | PlannedSystem)[], waiting: number): string {
  if (plans.length === 0) return 'no connections; make one with `contactmesh connect`\n';
  const relays = plans.filter((one) => !('plan' in one)) as PlannedRelay[];
  const rows = relays.map((one) => [
    one.connection,
    one.changes === 0 ? 'nothing to send' : count(one.changes, 'change'),
    one.chunks === 0 ? '' : `${one.more ? 'more than ' : ''}${count(one.chunks, 'chunk')}, ${one.bytes} bytes`,
    one.deadLetters === 0 ? '' : `${count(one.deadLetters, 'dead letter')}, ${one.retried} to be tried again`,
    ...(one.paused === null ? [''] : [`waits for you (${one.paused})`]),
  ]);
  const room = waiting > 0 ? `${count(waiting, 'change')} wait for others that have not come yet\n` : '';
  const own = book.status().replica;
  const systems = plans.flatMap((one) => ('plan' in one ? [one] : []));
  const texts = systems.map(({ connection, paused, plan }) => {
    const wait = paused === null ? '' : `${connection}: waits for you (${paused})\n`;
    return planText(connection, plan, own, (card) => nameIfKnown(book, card)) + wait;
  });
  return (rows.length === 0 ? '' : table(rows)) + texts.join('') + room;
}
