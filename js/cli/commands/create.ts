/** `create`: a new card. */
import type { Command } from '../command.js';
import { FIELDS_HELP, readFields } from '../fields.js';
import { nameOf } from '../ids.js';
import { withBook } from '../place.js';

export const create: Command = {
  name: 'create',
  operands: 'path=value…',
  summary: 'make a card',
  options: {},
  details: FIELDS_HELP,
  least: 1,
  most: Number.POSITIVE_INFINITY,
  run(call) {
    const fields = readFields(call.operands);
    return withBook(call, 'begin', async (book) => {
      const made = await book.create(fields);
      const name = nameOf(book, made.id);
      return { json: made, text: () => `made ${made.id}  ${name}\n` };
    });
  },
};
