/** `conflicts`: what people have to decide. */
import type { Command } from '../command.js';
import { conflictsText } from '../conflict-text.js';
import { findCard } from '../ids.js';
import { withBook } from '../place.js';

export const conflicts: Command = {
  name: 'conflicts',
  operands: '[ID]',
  summary: 'show open conflicts, with the command that decides each',
  options: {},
  details:
    'Nothing is lost while a conflict is open: the card shows side 1 and keeps the others.\nThe document of --json is {"cards": […]}. No conflict is no failure.',
  least: 0,
  most: 1,
  run(call) {
    return withBook(call, 'read', async (book) => {
      const typed = call.operands[0];
      const id = typed === undefined ? undefined : findCard(book, typed);
      const cards = book.conflicts(id).filter((card) => card.conflicts.length > 0);
      const own = book.status().replica;
      return {
        json: { cards },
        text: () => (cards.length === 0 ? 'no open conflicts\n' : conflictsText(cards, own, call.text('book'))),
      };
    });
  },
};
