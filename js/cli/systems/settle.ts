/** What commands have alike that decide something about a system of record: the next run, now due, does it. */
import type { Book } from '../../book.js';
import { afterPerson } from '../../schedule/connection-state.js';
import { StateStore } from '../../schedule/state.js';
import type { Call, Result } from '../command.js';
import { folderOf, withBook } from '../place.js';
import { systemNamed } from './name.js';

/** `decide` returns the document and what to say. */
export async function settle(
  call: Call,
  decide: (book: Book, name: string) => Promise<{ json: object; said: string }>,
): Promise<Result> {
  const name = await systemNamed(call);
  return withBook(call, 'write', async (book) => {
    const { json, said } = await decide(book, name);
    const states = new StateStore(folderOf(call));
    await states.put(name, afterPerson(await states.get(name)));
    return { json: { name, ...json }, text: () => `${said}; now \`contactmesh sync ${name}\`\n` };
  });
}
