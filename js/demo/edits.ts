/**
 * The edits that two people make while they are apart: chosen by a fixed seed,
 * so that every run tells the same story. Each is an ordinary call to the
 * package, on copies only.
 */
import type { Book } from '../book.js';
import { isContactmeshError } from '../errors.js';
import type { Card, Fields } from '../types.js';

/** What one card goes through: on the first replica, and on the second. */
interface Story {
  name: string;
  /** Says whether a card has what the story needs. */
  fits(card: Card): boolean;
  edit(card: Card, side: 0 | 1): Fields | 'delete';
}

const first = (card: Card, kind: string): string | undefined => card.elements[kind]?.[0];

const STORIES: Story[] = [
  {
    name: 'different fields',
    fits: () => true,
    edit: (_card, side) =>
      side === 0
        ? { 'notes/new/note': 'Met at the spring fair.' }
        : { 'titles/new/kind': 'title', 'titles/new/name': 'Head of Purchasing' },
  },
  {
    name: 'the same number, two ways',
    fits: (card) => first(card, 'phones') !== undefined,
    edit: (card, side) => ({
      [`phones/${first(card, 'phones')}/number`]: side === 0 ? '+1 555 0142' : '+1 555 0199',
    }),
  },
  {
    name: 'halves of an address',
    fits: (card) => first(card, 'addresses') !== undefined,
    edit: (card, side) => {
      const address = `addresses/${first(card, 'addresses')}`;
      return side === 0
        ? { [`${address}/name`]: 'Harbour Road 7', [`${address}/locality`]: 'Bristol' }
        : { [`${address}/name`]: 'Mill Lane 3' };
    },
  },
  {
    name: 'removed here, edited there',
    fits: (card) => first(card, 'emails') !== undefined,
    edit: (card, side) => {
      const email = `emails/${first(card, 'emails')}`;
      return side === 0 ? { [email]: null } : { [`${email}/label`]: 'office' };
    },
  },
  {
    name: 'deleted here, edited there',
    fits: () => true,
    edit: (_card, side) => (side === 0 ? 'delete' : { 'nicknames/new/name': 'The one who called back' }),
  },
  {
    name: 'the same edit on both sides',
    fits: () => true,
    edit: () => ({ 'keywords/new/value': 'customer' }),
  },
];

/**
 * Edits half of the cards (the other half next round) on both books, each without having seen the other; returns what
 * was done, by card id.
 */
export async function editApart(
  books: [Book, Book],
  cards: string[],
  seed: number,
  round: number,
  onCard: (done: number, total: number) => void,
): Promise<Map<string, string>> {
  const order = shuffled([...cards].sort(), seed);
  const half = order.filter((_, n) => order.length === 1 || n % 2 === round % 2);
  const ids = half.slice(0, MOST);
  const done = new Map<string, string>();
  for (const [n, id] of ids.entries()) {
    const card = books[0].card(id);
    const story = pick(card, n);
    for (const side of [0, 1] as const) await apply(books[side], id, story.edit(card, side));
    done.set(id, story.name);
    onCard(n + 1, ids.length);
  }
  return done;
}

/** The most cards that are edited: enough to see each story several times. */
const MOST = 120;

/** Most edits of real people touch different fields: every other card tells that story. */
function pick(card: Card, n: number): Story {
  const [usual, ...others] = STORIES as [Story, ...Story[]];
  if (n % 2 === 0) return usual;
  const start = (n - 1) / 2;
  for (let i = 0; i < others.length; i += 1) {
    const story = others[(start + i) % others.length];
    if (story?.fits(card)) return story;
  }
  return usual;
}

async function apply(book: Book, id: string, edit: Fields | 'delete'): Promise<void> {
  try {
    if (edit === 'delete') await book.delete(id);
    else await book.edit(id, edit);
  } catch (error) {
    // Deleted in an earlier round: this person leaves the card alone.
    if (!isContactmeshError(error, 'card-deleted')) throw error;
  }
}

/** A small, well-known generator (mulberry32): the same seed, the same order. */
function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
