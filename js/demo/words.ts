/** Paths and values in the words of people, for the report. It knows no rule; what it has no word for stays as it is. */
import type { Candidate, Card, Conflict, Value } from '../types.js';

const KINDS: Record<string, string> = {
  addresses: 'address',
  emails: 'e-mail',
  keywords: 'keyword',
  name: 'name',
  nicknames: 'nickname',
  notes: 'note',
  organizations: 'organization',
  phones: 'phone',
  titles: 'title',
};

/** `phones/ab12cd34/number` is a phone, `emails/ab12cd34/label` an e-mail's label. */
export function pathInWords(path: string): string {
  const [kind = '', , ...leaf] = path.split('/');
  const word = KINDS[kind] ?? kind;
  const usual = ['number', 'address', 'name', 'note', 'value'].includes(leaf.join('/'));
  return leaf.length === 0 || (usual && kind !== 'addresses') ? word : `${word} (${leaf.join(', ')})`;
}

export function conflictInWords(conflict: Conflict): string {
  switch (conflict.kind) {
    case 'state':
      return 'deleted or kept';
    case 'presence':
      return `${pathInWords(conflict.path)} removed or kept`;
    case 'group':
      return conflict.path === 'name' ? 'the whole name' : 'the whole address';
    case 'value':
      return pathInWords(conflict.path);
  }
}

export function candidateInWords(candidate: Candidate, conflict: Conflict): string {
  const names = candidate.writers.map(({ system, label, origin }) => (system ? capital(system) : (label ?? origin)));
  const who = [...new Set(names)].join(' and ');
  return `${valueInWords(candidate, conflict)} (${who})`;
}

function valueInWords(candidate: Candidate, conflict: Conflict): string {
  if (conflict.kind === 'presence') return candidate.value === true ? 'keep it' : 'remove it';
  if (conflict.kind === 'state') return candidate.value === 'live' ? 'keep the card' : 'delete the card';
  if (candidate.fields === undefined) return plain(candidate.value);
  const leaves = Object.entries(candidate.fields).filter(
    ([path]) => !/\/(order|pref|label|contexts\/.*|coordinates|timeZone)$/.test(path),
  );
  if (leaves.length === 0) return 'remove it';
  const place = ([path]: [string, Value]) => READING_ORDER.indexOf(path.split('/').at(-1) ?? '') >>> 0;
  return `"${leaves
    .sort((a, b) => place(a) - place(b))
    .map(([, value]) => String(value).replace(/\s+/g, ' '))
    .join(', ')}"`;
}

/** Leaves of a name or an address in the order in which they are read; others come last. */
const READING_ORDER = [
  'full',
  'title',
  'given',
  'given2',
  'surname',
  'name',
  'number',
  'postcode',
  'locality',
  'region',
  'country',
];

function plain(value: Value): string {
  return value === null ? 'empty' : typeof value === 'string' ? `"${value}"` : String(value);
}

export function nameOf(card: Card): string {
  const { fields } = card;
  const parts = ['given', 'surname'].map((leaf) => fields[`name/${leaf}`]).filter((part) => part !== undefined);
  const other = ['organizations', 'emails', 'phones'].flatMap((kind) => {
    const id = card.elements[kind]?.[0];
    return ['name', 'address', 'number'].map((leaf) => fields[`${kind}/${id}/${leaf}`]);
  });
  return String(fields['name/full'] ?? (parts.length > 0 ? parts.join(' ') : (other.find(Boolean) ?? card.id)));
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
