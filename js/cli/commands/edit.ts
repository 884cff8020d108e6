/** `edit`: fields of a card. */
import type { Command } from '../command.js';
import { FIELDS_HELP, readFields } from '../fields.js';
import { findCard, findRevision, nameOf, short } from '../ids.js';
import { withBook } from '../place.js';
import { count } from '../text.js';

export const edit: Command = {
  name: 'edit',
  operands: 'ID path=value…',
  summary: 'edit fields of a card',
  options: {
    revision: { type: 'string', value: 'R', help: 'what the writer had seen; without it, the card as it is now' },
  },
  details: `${FIELDS_HELP}

Give the revision that \`show\` printed if time has passed since: what was written
meanwhile to the same field then stands beside yours as a conflict.`,
  least: 2,
  most: Number.POSITIVE_INFINITY,
  run(call) {
    const fields = readFields(call.operands.slice(1));
    const revision = call.text('revision');
    return withBook(call, 'write', async (book) => {
      const id = findCard(book, call.operand(0));
      const seen = revision === undefined ? undefined : findRevision(book, id, revision);
      const before = book.card(id).conflicts.length;
      const done = await book.edit(id, fields, seen);
      const conflicts = book.card(id).conflicts.length;
      const what = done.changed ? `edited ${short(id)}  ${nameOf(book, id)}` : 'nothing to change: the card says so';
      const note = `it has ${count(conflicts, 'open conflict')}: contactmesh conflicts ${short(id)}`;
      return { json: done, text: () => `${what}\n${conflicts > before ? `${note}\n` : ''}` };
    });
  },
};
