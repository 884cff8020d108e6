/** `retry`: sends a card to a mailbox once more that was refused or kept back. */
import type { Command } from '../command.js';
import { findCard, nameOf } from '../ids.js';
import { settle } from '../systems/settle.js';

export const retry: Command = {
  name: 'retry',
  operands: 'NAME ID',
  summary: 'send a card to a mailbox once more that was refused or kept back',
  options: {},
  details: `\`status NAME\` shows what was refused. It is sent again by itself when the card changes.
The refused chunks of a relay are another matter: see \`letters\`.`,
  least: 2,
  most: 2,
  run(call) {
    return settle(call, async (book, name) => {
      const card = findCard(book, call.operand(1));
      await book.systems.retry(name, card);
      return { json: { card }, said: `${nameOf(book, card)} goes out again` };
    });
  },
};
