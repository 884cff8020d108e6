/**
 * What a path and a value are called, for conflicts and histories: `Phone,
 * Label` for `phones/k7f3/label`. Paths nobody has a name for are shown as they
 * are kept.
 */
import type { Value } from 'contactmesh';
import { systemName } from '../words/systems.js';
import { dateText } from '../words/time.js';
import { KINDS, kindOf, type Leaf, NAME, SINGLES } from './kinds.js';

const OTHERS: Record<string, string> = {
  name: 'Name',
  state: 'Contact',
  uid: 'Identifier',
  media: 'Photo or file',
  extra: 'Kept from a file',
  order: 'Place in the order',
  pref: 'Preference',
  blob: 'Content',
  mediaType: 'File type',
};

export function labelOf(path: string): string {
  const [first = '', element, ...rest] = path.split('/');
  if (first === 'name' && element !== undefined) return leafLabel(NAME, path.slice('name/'.length));
  if (first === 'link' && element !== undefined) return systemName(element);
  if (first === 'primary' && element !== undefined)
    return `Preferred ${(kindOf(element)?.label ?? element).toLowerCase()}`;
  if (element === undefined) return SINGLES.find(({ leaf }) => leaf === first)?.label ?? OTHERS[first] ?? first;
  const kind = kindOf(first);
  const label = kind?.label ?? OTHERS[first] ?? first;
  if (rest.length === 0) return label;
  const leaf = leafLabel(kind?.leaves ?? [], rest.join('/'));
  return leaf === label || kind?.leaves.length === 1 ? label : `${label}, ${leaf.toLowerCase()}`;
}

function leafLabel(leaves: Leaf[], name: string): string {
  const whole = leaves.find(({ leaf }) => leaf === name);
  if (whole !== undefined) return whole.label;
  const flags = leaves.find(({ leaf, input }) => input === 'flags' && name.startsWith(`${leaf}/`));
  if (flags !== undefined) return flags.choices?.[name.slice(flags.leaf.length + 1)] ?? name;
  return OTHERS[name] ?? name;
}

/** A value as people read it. */
export function valueText(path: string, value: Value): string {
  if (value === null) return 'nothing';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  const text = String(value);
  // The id of a row says nothing to people.
  if (path.startsWith('link/')) return 'linked';
  if (path.endsWith('/date')) return dateText(text);
  return choiceText(path, text) ?? (path.startsWith('phones/') ? phoneText(text) : text);
}

/** A phone number without the scheme it may be kept with. */
export function phoneText(number: string): string {
  return number.replace(/^tel:/, '');
}

function choiceText(path: string, value: string): string | undefined {
  const [first = '', , ...rest] = path.split('/');
  const leaves = KINDS.find(({ kind }) => kind === first)?.leaves ?? (rest.length === 0 ? SINGLES : []);
  const name = rest.length === 0 ? first : rest.join('/');
  return leaves.find(({ leaf, input }) => leaf === name && input === 'choice')?.choices?.[value];
}
