/**
 * Conflicts as questions for people: what is asked, and each answer as lines to
 * read. It leaves out what only puts entries in order. Deciding is the book's.
 */
import type { Candidate, Card, Conflict, Fields } from 'contactmesh';
import { kindOf, NAME } from '../card/kinds.js';
import { labelOf, valueText } from '../card/labels.js';

export interface Answer {
  number: number;
  /** The value, or what becomes of the entry. */
  main: string;
  /** For a whole name or address: its parts. */
  parts: { label: string; value: string }[];
  /** What is on screen now. */
  shown: boolean;
  /** What the button says: the answer itself where it is something to do. */
  action: string;
  candidate: Candidate;
}

export function questionText({ kind, path }: Conflict, card: Card): string {
  const what = labelOf(path);
  switch (kind) {
    case 'state':
      return 'Somebody deleted this contact while somebody else edited it. Keep it?';
    case 'presence':
      return `${[what, ...mainValue(path, card)].join(' ')}: somebody removed it while somebody else edited it. Keep it?`;
    case 'group':
      return `${what}: more than one version, each whole. Which one is right?`;
    case 'value':
      return `${what}: more than one answer. Which one is right?`;
  }
}

export function answersTo(conflict: Conflict): Answer[] {
  return conflict.candidates.map((candidate) => ({
    number: candidate.number,
    main: mainText(conflict, candidate),
    parts: candidate.value === null ? [] : partsOf(conflict.path, candidate.fields ?? {}),
    shown: candidate.number === 1,
    action: doingText(conflict, candidate) ?? 'Keep this',
    candidate,
  }));
}

function mainText({ kind, path }: Conflict, { value }: Candidate): string {
  return kind !== 'value' ? '' : value === null ? 'Nothing' : valueText(path, value);
}

function doingText({ kind }: Conflict, { value }: Candidate): string | undefined {
  if (kind === 'state') return value === 'deleted' ? 'Delete it' : 'Keep it';
  if (kind === 'value') return undefined;
  if (value === null) return 'Remove it';
  return kind === 'presence' ? 'Keep it' : undefined;
}

/** What tells an entry from the others of its kind: its address, its number. */
function mainValue(path: string, card: Card): string[] {
  const [kind = '', element, ...rest] = path.split('/');
  const leaf = kindOf(kind)?.leaves[0]?.leaf;
  if (element === undefined || rest.length > 0 || leaf === undefined) return [];
  const value = card.fields[`${path}/${leaf}`];
  return value === undefined ? [] : [valueText(`${path}/${leaf}`, value)];
}

function partsOf(path: string, fields: Fields): Answer['parts'] {
  return Object.entries(fields)
    .filter(([leaf, value]) => !leaf.endsWith('/order') && leaf !== path && value !== null)
    .sort(([one], [other]) => placeOf(path, one) - placeOf(path, other))
    .map(([leaf, value]) => ({ label: partLabel(path, leaf), value: valueText(leaf, value) }));
}

/** In the order of the form; what it does not know comes last. */
function placeOf(group: string, path: string): number {
  const leaves = group === 'name' ? NAME : (kindOf(group.split('/')[0] ?? '')?.leaves ?? []);
  const place = leaves.findIndex(({ leaf }) => path === `${group}/${leaf}`);
  return place < 0 ? leaves.length : place;
}

/** Within the group, its own name need not be said again. */
function partLabel(group: string, leaf: string): string {
  const label = labelOf(leaf);
  const own = `${labelOf(group)}, `;
  const short = label.startsWith(own) ? label.slice(own.length) : label;
  return short.charAt(0).toUpperCase() + short.slice(1);
}
