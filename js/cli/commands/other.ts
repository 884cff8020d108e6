/** `other`: says that a row of a mailbox is nobody the book knows. */
import type { Command } from '../command.js';
import { findRow } from '../systems/name.js';
import { settle } from '../systems/settle.js';
import { line } from '../text.js';

export const other: Command = {
  name: 'other',
  operands: 'NAME ROW',
  summary: 'say that a contact in a mailbox is somebody else than the cards it looks like',
  options: {},
  details: `\`status NAME\` shows the rows that wait. The end of a ROW is enough while no other that
waits ends the same. A card is made of it with the next run.`,
  least: 2,
  most: 2,
  run(call) {
    return settle(call, async (book, name) => {
      const { row, called } = findRow(book.systems.status(name).parked, call.operand(1));
      await book.systems.decide(name, row, null);
      return { json: { row, card: null }, said: `${line(called) || 'that contact'} gets a card of its own` };
    });
  },
};
