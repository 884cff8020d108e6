/** `same`: says that a row of a mailbox is somebody the book knows. */
import type { Command } from '../command.js';
import { findCard, nameOf } from '../ids.js';
import { findRow } from '../systems/name.js';
import { settle } from '../systems/settle.js';
import { line } from '../text.js';

export const same: Command = {
  name: 'same',
  operands: 'NAME ROW ID',
  summary: 'say that a contact in a mailbox is a card of the book',
  options: {},
  details: `\`status NAME\` shows the rows that wait. The end of a ROW is enough while no other that
waits ends the same. The two are linked with the next run; where they differ, both answers
are kept.`,
  least: 3,
  most: 3,
  run(call) {
    return settle(call, async (book, name) => {
      const { row, called } = findRow(book.systems.status(name).parked, call.operand(1));
      const card = findCard(book, call.operand(2));
      await book.systems.decide(name, row, card);
      return { json: { row, card }, said: `${line(called) || 'that contact'} is ${nameOf(book, card)}` };
    });
  },
};
