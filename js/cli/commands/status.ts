/** `status`: the book in numbers, and what is wrong with it. */
import { namesIn } from '../../connections/files.js';
import { isSetAside } from '../../storage/file/names.js';
import type { Status } from '../../types.js';
import type { Call, Command, Result } from '../command.js';
import { type ConnectionReport, connectionReports, reportRow } from '../connected/report.js';
import { EXIT, usage } from '../exit.js';
import { nameIfKnown } from '../ids.js';
import { folderOf, withBook } from '../place.js';
import { systemNamed } from '../systems/name.js';
import { systemStatusText } from '../systems/status-text.js';
import { count, line, table } from '../text.js';

export const status: Command = {
  name: 'status',
  operands: '[NAME]',
  summary: 'show the book in numbers, and what is wrong with it; or what waits in a mailbox',
  options: { hash: { type: 'boolean', help: 'the state hash too: equal on two replicas that show and keep the same' } },
  details: `Ends with 3 if records cannot be read or changes were refused.
With the NAME of a connection to a mailbox: what is held, refused, or waits for you to
say who somebody is, with the command for each.`,
  least: 0,
  most: 1,
  async run(call) {
    if (call.operands.length > 0) return systemStatus(call, await systemNamed(call));
    return withBook(call, 'read', async (book) => {
      const numbers = book.status();
      const connections = await connectionReports(folderOf(call), book);
      const setAside = (await namesIn(folderOf(call))).filter(isSetAside).sort();
      const hash = call.flag('hash') ? book.stateHash() : undefined;
      return {
        json: { ...numbers, connections, setAside, ...(hash === undefined ? {} : { stateHash: hash }) },
        text: () =>
          `${table(rows(numbers, folderOf(call), hash))}${connected(connections)}${troubles(numbers)}${kept(setAside)}`,
        exit: numbers.damage.length + numbers.refused.length > 0 ? EXIT.partial : EXIT.done,
      };
    });
  },
};

function systemStatus(call: Call, name: string): Promise<Result> {
  if (call.flag('hash')) throw usage('--hash is about the whole book; give no NAME with it');
  return withBook(call, 'read', async (book) => {
    const found = book.systems.status(name);
    const context = { book: call.text('book'), nameOf: (card: string) => nameIfKnown(book, card) };
    const said = systemStatusText(found, context);
    return { json: found, text: () => said };
  });
}

function rows(status: Status, folder: string, hash: string | undefined): string[][] {
  const always: [string, number][] = [
    ['cards', status.cards],
    ['deleted', status.deleted],
    ['open conflicts', status.conflicts],
    ['changes', status.changes],
  ];
  const ifAny: [string, number][] = [
    ['waiting for others', status.waiting],
    ['from a newer version', status.newer],
    ['set aside (copied replica)', status.equivocated],
  ];
  return [
    ['book', line(folder)],
    ['replica', status.replica],
    ...[...always, ...ifAny.filter(([, number]) => number > 0)].map(([name, number]) => [name, String(number)]),
    ...Object.entries(status.unpushed).map(([relay, number]) => ['relay', `${line(relay)}: ${toSend(number)}`]),
    ...(hash === undefined ? [] : [['state hash', hash]]),
  ];
}

function connected(connections: ConnectionReport[]): string {
  return connections.length === 0 ? '' : `\nconnections\n${table(connections.map(reportRow), { indent: '  ' })}`;
}

function toSend(number: number): string {
  return number === 0 ? 'everything sent' : `${count(number, 'change')} to send`;
}

function troubles({ damage, refused }: Status): string {
  const damaged = damage.map(({ key, reason }) => `cannot be read: ${line(key)}: ${line(reason)}\n`);
  const not = refused.map(
    ({ card, reason, source }) => `refused from ${line(source)}: ${line(card)}: ${line(reason)}\n`,
  );
  return [...damaged, ...not].join('');
}

function kept(setAside: string[]): string {
  const what =
    'a damaged log, as it was before a sync; what no relay had is in it alone. Remove it if nothing is missing';
  return setAside.map((name) => `set aside: ${name}: ${what}\n`).join('');
}
