/** `disconnect`: forgets a connection, its address and what it refused. */
import { isSystem } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { ConnectionStore } from '../../connections/store.js';
import { StateStore } from '../../schedule/state.js';
import type { Command } from '../command.js';
import { folderOf, withBook } from '../place.js';

export const disconnect: Command = {
  name: 'disconnect',
  operands: 'NAME',
  summary: 'forget a connection and its address',
  options: {},
  details: `Nothing of the book goes, and nothing on the other side. Chunks that the flow
refused are dropped; what is in them stays in the book. Of a mailbox, contacts stay on both
sides.`,
  least: 1,
  most: 1,
  run(call) {
    const name = call.operand(0);
    const folder = folderOf(call);
    return withBook(call, 'write', async (book) => {
      const store = new ConnectionStore(folder);
      // First: a system that the book still knows could not be named any more.
      if (isSystem(await store.get(name)) && book.systems.list().includes(name)) await book.systems.disconnect(name);
      await store.remove(name);
      const letters = new FileDeadLetters(folder, name);
      for (const { hash } of await letters.list()) await letters.remove(hash);
      await new StateStore(folder).remove(name);
      return { json: { name }, text: () => `disconnected ${name}\n` };
    });
  },
};
