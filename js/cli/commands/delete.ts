/** `delete`: delete a card; restore brings it back. */
import type { Command } from '../command.js';
import { findCard, nameOf, short } from '../ids.js';
import { withBook } from '../place.js';

export const remove: Command = {
  name: 'delete',
  operands: 'ID',
  summary: 'delete a card; `restore` brings it back',
  options: {},
  details:
    'An edit that another replica makes meanwhile stands beside it as a conflict;\nthe card stays until that is decided.',
  least: 1,
  most: 1,
  run(call) {
    return withBook(call, 'write', async (book) => {
      const id = findCard(book, call.operand(0));
      const done = await book.delete(id);
      const name = nameOf(book, id);
      return { json: done, text: () => `deleted ${short(id)}  ${name}\n` };
    });
  },
};
