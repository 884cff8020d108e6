/** `list`: the cards as rows. */
import type { ListQuery } from '../../types.js';
import type { Call, Command } from '../command.js';
import { usage } from '../exit.js';
import { short } from '../ids.js';
import { Output } from '../output.js';
import { withBook } from '../place.js';
import { count, line, table } from '../text.js';

export const list: Command = {
  name: 'list',
  operands: '',
  summary: 'list cards by name',
  options: {
    search: { type: 'string', value: 'WORDS', help: 'only cards in which every one of the words is found' },
    deleted: { type: 'boolean', help: 'the deleted cards instead' },
    conflicts: { type: 'boolean', help: 'only cards with open conflicts' },
    limit: { type: 'string', value: 'N', help: 'at most N cards' },
  },
  details: 'No card found is no failure: the list is empty.',
  least: 0,
  most: 0,
  run(call) {
    const query = queryOf(call);
    return withBook(call, 'read', async (book) => {
      const found = book.list(query);
      const rows = found.rows.map((row) => [
        short(row.id),
        ...[row.name, [row.title, row.organization].filter(Boolean).join(', '), row.email, row.phone].map((text) =>
          line(text ?? ''),
        ),
        row.conflicts > 0 ? count(row.conflicts, 'conflict') : '',
      ]);
      const more = found.total - rows.length;
      const tail = more > 0 ? `and ${more} more\n` : '';
      const none = query.search === undefined ? 'no cards\n' : 'no card has all of these words\n';
      return {
        json: found,
        text: () => (rows.length === 0 ? none : table(rows, { width: Output.width }) + tail),
      };
    });
  },
};

function queryOf(call: Call): ListQuery {
  const limit = call.text('limit');
  const search = call.text('search');
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) {
    throw usage(`--limit is a whole number from 1, not \`${limit}\``);
  }
  return {
    ...(search === undefined ? {} : { search }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
    deleted: call.flag('deleted'),
    conflicts: call.flag('conflicts'),
  };
}
