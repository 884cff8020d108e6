/**
 * Conflicts for people: every side with who wrote it and when, and the command
 * to type for each. It decides nothing.
 */
import type { Candidate, CardConflicts, Conflict } from '../types.js';
import { advice } from './advice.js';
import { valueText } from './card-text.js';
import { short } from './ids.js';
import { line, pad, widthOf } from './text.js';
import { whoever } from './who.js';

const KINDS: Record<Conflict['kind'], string> = {
  value: 'different values',
  presence: 'kept on one side, removed on the other',
  state: 'deleted on one side, edited on the other',
  group: 'different as a whole; until it is decided, the card shows the first',
};

/** `book` is what `--book` was given, to be said again in the commands. */
export function conflictsText(cards: CardConflicts[], own: string, book: string | undefined): string {
  return cards.map((card) => cardConflicts(card, own, book)).join('\n');
}

function cardConflicts(card: CardConflicts, own: string, book: string | undefined): string {
  const head = `${line(card.name) || 'without a name'}  ${short(card.id)}\n`;
  return head + card.conflicts.map((conflict) => conflictText(card.id, conflict, own, book)).join('');
}

function conflictText(id: string, conflict: Conflict, own: string, book: string | undefined): string {
  const sides = conflict.candidates.map((side) => ({ side, text: sideText(conflict, side).split('\n') }));
  const width = Math.max(...sides.map(({ text }) => widthOf(text[0] ?? '')));
  const out = [`  ${conflict.path}: ${KINDS[conflict.kind]}`];
  for (const { side, text } of sides) {
    const shown = side.number === 1 ? '  (shown)' : '';
    out.push(`    ${side.number}  ${pad(text[0] ?? '', Math.min(width, 60))}  ${whoever(side.writers, own)}${shown}`);
    out.push(...text.slice(1).map((more) => `       ${more}`));
  }
  out.push(...sides.map(({ side }) => `    keep ${side.number}:  ${command(id, conflict.path, side.number, book)}`));
  return `${out.join('\n')}\n`;
}

function sideText(conflict: Conflict, side: Candidate): string {
  if (conflict.kind === 'state') return side.value === 'deleted' ? 'deleted' : 'not deleted';
  if (conflict.kind === 'value') return valueText(side.value);
  if (side.value === null) return 'removed';
  const leaves = Object.entries(side.fields ?? {}).filter(([path]) => !path.endsWith('/order'));
  if (leaves.length === 0) return 'there';
  const inside = (path: string) => path.slice(conflict.path.length + 1);
  return leaves.map(([path, value]) => `${inside(path)}: ${line(valueText(value))}`).join(', ');
}

function command(id: string, path: string, number: number, book: string | undefined): string {
  return advice(book, 'resolve', short(id), path, '--candidate', String(number));
}
