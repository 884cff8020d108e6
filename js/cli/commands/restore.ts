/** `restore`: bring a deleted card back. */
import type { Command } from '../command.js';
import { findCard, nameOf, short } from '../ids.js';
import { withBook } from '../place.js';

export const restore: Command = {
  name: 'restore',
  operands: 'ID',
  summary: 'bring a deleted card back',
  options: {},
  details: '`list --deleted` shows what can be restored.',
  least: 1,
  most: 1,
  run(call) {
    return withBook(call, 'write', async (book) => {
      const id = findCard(book, call.operand(0));
      const done = await book.restore(id);
      const name = nameOf(book, id);
      return { json: done, text: () => `restored ${short(id)}  ${name}\n` };
    });
  },
};
