/**
 * Card ids and revisions as people type them: the beginning is enough while no
 * other begins the same.
 */
import type { Book } from '../book.js';
import { ContactmeshError, isContactmeshError } from '../errors.js';
import type { Row } from '../types.js';
import { line } from './text.js';

/** How much of an id is shown: 40 bits of chance. */
const SHORT = 8;

export function short(id: string): string {
  return id.slice(0, SHORT);
}

/** The whole id that a beginning stands for, of a live or a deleted card. */
export function findCard(book: Book, typed: string): string {
  const start = typed.toLowerCase();
  if (isCard(book, typed)) return typed;
  const found = [...book.list().rows, ...book.list({ deleted: true }).rows].filter((row) => row.id.startsWith(start));
  const [only] = found;
  if (only === undefined) {
    throw new ContactmeshError(
      'card-unknown',
      `no card's id begins with \`${typed}\`; \`contactmesh list\` shows them`,
    );
  }
  if (found.length > 1) {
    const some = found.slice(0, 5).map(named).join(', ');
    const message = `${found.length} cards' ids begin with \`${typed}\` (${some}); type more of it`;
    throw new ContactmeshError('card-ambiguous', message);
  }
  return only.id;
}

function isCard(book: Book, id: string): boolean {
  // The book's own cards say who the replicas are; people edit those with --name.
  if (id.startsWith('book-')) return false;
  try {
    book.card(id);
    return true;
  } catch (error) {
    if (isContactmeshError(error, 'card-unknown') || isContactmeshError(error, 'bad-path')) return false;
    throw error;
  }
}

function named({ id, name }: Row): string {
  return `${id} ${line(name) || 'without a name'}`;
}

/** A revision as the engine gave it, or the beginning of a change's hash in the card's history. */
export function findRevision(book: Book, id: string, typed: string): string {
  const start = typed.toLowerCase();
  if (book.card(id).revision === start) return start;
  const hashes = book.history(id).map(({ hash }) => hash);
  const found = hashes.filter((hash) => hash.startsWith(start));
  const [only] = found;
  // Not the beginning of a hash: a revision of several changes, which the engine checks.
  if (only === undefined) return start;
  if (found.length === 1) return only;
  const message = `${found.length} changes of card ${short(id)} begin with \`${typed}\`; type more of it`;
  throw new ContactmeshError('revision-unknown', message);
}

/** What people call a card. */
export function nameOf(book: Book, id: string): string {
  return line(book.card(id).name) || 'without a name';
}

/** The same, for an id that may be of no card: a row that has none yet. */
export function nameIfKnown(book: Book, id: string): string {
  return isCard(book, id) ? nameOf(book, id) : 'a contact there';
}
