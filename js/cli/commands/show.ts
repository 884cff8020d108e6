/** `show`: one card, now or earlier, and who wrote what. */
import { cardText, historyText } from '../card-text.js';
import type { Command } from '../command.js';
import { conflictsText } from '../conflict-text.js';
import { findCard, findRevision, nameOf } from '../ids.js';
import { withBook } from '../place.js';

export const show: Command = {
  name: 'show',
  operands: 'ID',
  summary: 'show a card with its conflicts',
  options: {
    history: { type: 'boolean', help: 'who wrote what, the first change first' },
    at: { type: 'string', value: 'REVISION', help: 'the card as it stood then' },
  },
  details:
    'A REVISION is what `show` printed earlier, or the beginning of a change in its history.\nThe document of --json is the card; --history adds `history` to it.',
  least: 1,
  most: 1,
  run(call) {
    const at = call.text('at');
    return withBook(call, 'read', async (book) => {
      const id = findCard(book, call.operand(0));
      const card = at === undefined ? book.card(id) : book.cardAt(id, findRevision(book, id, at));
      const history = call.flag('history') ? book.history(id) : undefined;
      const [conflicts] = book.conflicts(id);
      const own = book.status().replica;
      const name = nameOf(book, id);
      return {
        json: history === undefined ? card : { ...card, history },
        text() {
          let out = cardText(card, name);
          if (at === undefined && conflicts !== undefined && conflicts.conflicts.length > 0) {
            const [, ...sides] = conflictsText([conflicts], own, call.text('book')).split('\n');
            out += `\n  Conflicts\n${sides.join('\n')}`;
          }
          return history === undefined ? out : `${out}\n  History\n${historyText(history, own)}`;
        },
      };
    });
  },
};
