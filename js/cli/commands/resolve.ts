/** `resolve`: decides one conflict for one of its sides. */
import type { Command } from '../command.js';
import { usage } from '../exit.js';
import { findCard, findRevision, nameOf } from '../ids.js';
import { withBook } from '../place.js';
import { count } from '../text.js';

export const resolve: Command = {
  name: 'resolve',
  operands: 'ID PATH',
  summary: 'decide a conflict for one of its sides',
  options: {
    candidate: { type: 'string', value: 'N', help: 'the number of the side to keep, from `conflicts`' },
    revision: { type: 'string', value: 'R', help: 'refuse if the card has changed since' },
  },
  details: 'The other sides stay in the history. To write something else, use `edit`, then decide for it.',
  least: 2,
  most: 2,
  run(call) {
    const candidate = call.text('candidate');
    if (candidate === undefined || !/^[1-9]\d{0,5}$/.test(candidate)) {
      throw usage('--candidate N is needed, the number of the side to keep; `contactmesh conflicts` shows them');
    }
    const revision = call.text('revision');
    return withBook(call, 'write', async (book) => {
      const id = findCard(book, call.operand(0));
      const path = call.operand(1);
      const seen = revision === undefined ? undefined : findRevision(book, id, revision);
      const done = await book.resolve(id, path, Number(candidate), seen);
      const left = book.card(id).conflicts.length;
      const open = left === 0 ? 'no conflict is left in it' : `${count(left, 'conflict')} left in it`;
      const name = nameOf(book, id);
      return { json: { ...done, conflicts: left }, text: () => `decided ${path} of ${name}; ${open}\n` };
    });
  },
};
