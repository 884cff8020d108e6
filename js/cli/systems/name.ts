/** The system of record that a command is about, and its rows as people type them. */
import { isSystem } from '../../connections/connection.js';
import { ConnectionStore } from '../../connections/store.js';
import { ContactmeshError } from '../../errors.js';
import type { ParkedRow } from '../../systems/types.js';
import type { Call } from '../command.js';
import { usage } from '../exit.js';
import { folderOf } from '../place.js';
import { line } from '../text.js';

/** The first operand, if it is a connection to a system. */
export async function systemNamed(call: Call): Promise<string> {
  const connection = await new ConnectionStore(folderOf(call)).get(call.operand(0));
  if (isSystem(connection)) return connection.name;
  throw usage(`\`${connection.name}\` is a relay and no system of record; nothing waits for a decision there`);
}

/** The row that an end stands for. Ids of one mailbox begin alike, and may be long. */
export function findRow(parked: ParkedRow[], typed: string): ParkedRow {
  const found = parked.filter(({ row }) => row.endsWith(typed));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const what = line(typed).slice(0, 80);
  if (only === undefined) {
    const message = `no row that waits ends with \`${what}\`; \`contactmesh status NAME\` shows them`;
    throw new ContactmeshError('row-unknown', message);
  }
  throw new ContactmeshError('row-ambiguous', `${found.length} rows that wait end with \`${what}\`; type more of it`);
}

/** As much of the end of each id as no other has. */
export function shortRows(parked: ParkedRow[]): string[] {
  const ids = parked.map(({ row }) => row);
  const longest = Math.max(0, ...ids.map(({ length }) => length));
  let length = SHORTEST;
  while (length < longest && new Set(ids.map((id) => id.slice(-length))).size < ids.length) length += 1;
  return ids.map((id) => id.slice(-length));
}

const SHORTEST = 12;
