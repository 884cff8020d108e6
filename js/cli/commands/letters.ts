/** `letters`: the chunks that a flow refused: list them, try them again, drop them. */
import { FileDeadLetters } from '../../connections/letters.js';
import { ConnectionStore } from '../../connections/store.js';
import { ContactmeshError } from '../../errors.js';
import type { DeadLetter } from '../../relay/flow/dead-letters.js';
import type { Command, Result } from '../command.js';
import { usage } from '../exit.js';
import { folderOf, withBook } from '../place.js';
import { count, line, table } from '../text.js';
import { when } from '../who.js';

export const letters: Command = {
  name: 'letters',
  operands: 'NAME',
  summary: 'show the chunks that a flow refused; try them again or drop them',
  options: {
    retry: { type: 'string', value: 'HASH', help: 'send this one again with the next sync; `all` for every one' },
    drop: { type: 'string', value: 'HASH', help: 'forget this one; `all` for every one' },
  },
  details: `A dropped chunk stays in the book, but the others do not get what is in it from
this replica any more. A HASH may be shortened while no other begins the same.`,
  least: 1,
  most: 1,
  async run(call) {
    const folder = folderOf(call);
    const { name } = await new ConnectionStore(folder).get(call.operand(0));
    const store = new FileDeadLetters(folder, name);
    const [retry, drop] = [call.text('retry'), call.text('drop')];
    if (retry !== undefined && drop !== undefined) throw usage('--retry and --drop are two wishes; give one of them');
    if (retry === undefined && drop === undefined) return withBook(call, 'read', () => listed(store, name));
    return withBook(call, 'write', async () => {
      const chosen = choose(await store.list(), retry ?? drop ?? '');
      for (const letter of chosen) {
        await (drop === undefined ? store.put({ ...letter, retry: true }) : store.remove(letter.hash));
      }
      return changed(chosen, name, drop !== undefined);
    });
  },
};

async function listed(store: FileDeadLetters, name: string): Promise<Result> {
  const all = await store.list();
  const rows = all.map(({ hash, reason, time, attempts, retry }) => [
    hash.slice(0, 12),
    when(time),
    `refused ${count(attempts, 'time')}`,
    line(reason),
    retry ? 'goes out again with the next sync' : '',
  ]);
  return {
    json: { connection: name, letters: all.map(({ bytes, ...shown }) => ({ ...shown, bytes: bytes.length })) },
    text: () => (rows.length === 0 ? 'no dead letters\n' : table(rows)),
  };
}

function choose(all: DeadLetter[], wanted: string): DeadLetter[] {
  if (wanted === 'all') return all;
  const found = all.filter(({ hash }) => hash.startsWith(wanted.toLowerCase()));
  if (found.length === 1) return found;
  const what = found.length === 0 ? 'no dead letter begins' : `${found.length} dead letters begin`;
  throw new ContactmeshError(
    'letter-unknown',
    `${what} with \`${line(wanted).slice(0, 64)}\`; see \`contactmesh letters\``,
  );
}

function changed(chosen: DeadLetter[], connection: string, dropped: boolean): Result {
  const what = dropped ? 'dropped' : 'to be sent again with the next sync';
  return {
    json: { connection, [dropped ? 'dropped' : 'retried']: chosen.map(({ hash }) => hash) },
    text: () => `${count(chosen.length, 'dead letter')} ${what}\n`,
  };
}
