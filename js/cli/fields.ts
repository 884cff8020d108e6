/**
 * `path=value` on the command line to fields. `=` is always text, as typed;
 * `:=` is JSON, for numbers and yes/no values; `path=` clears. Which paths
 * there are is the engine's business.
 */
import type { Fields, Value } from '../types.js';
import { usage } from './exit.js';

export const FIELDS_HELP = `A field is a path and a value:
  name/given=Jane                          a text
  emails/new/address=jane@example.com      a new entry; new-1, new-2 … for several of a kind
  emails/new/contexts/work:=true           a yes/no value, and phones/ab12cd34/pref:=1 a number
  name/given=                              clears a field
  emails/ab12cd34=                         removes an entry`;

export function readFields(words: string[]): Fields {
  const fields: Fields = {};
  for (const word of words) {
    const [path, value] = readField(word);
    if (Object.hasOwn(fields, path)) throw usage(`\`${path}\` is given twice; give it once`);
    fields[path] = value;
  }
  return fields;
}

function readField(word: string): [path: string, value: Value] {
  const at = word.indexOf('=');
  if (at < 1) throw usage(`\`${word}\` is no field; write path=value, such as name/given=Jane`);
  const value = word.slice(at + 1);
  if (word[at - 1] === ':') return [word.slice(0, at - 1), readJson(word, value)];
  const path = word.slice(0, at);
  if (value === 'true' || value === 'false') {
    throw usage(
      `\`${word}\` may mean yes/no or a word; write ${path}:=${value}, or ${path}:='"${value}"' for the word`,
    );
  }
  return [path, value === '' ? null : value];
}

function readJson(word: string, text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Value;
  } catch {
    // Said below.
  }
  throw usage(`\`${word}\`: after := stands a JSON text, number, true, false or null; for plain text write = alone`);
}
