/** What the two people find when they meet: a few cards as examples of every story. It reads, and changes nothing. */
import type { Book } from '../book.js';
import { candidateInWords, capital, conflictInWords, nameOf } from './words.js';

/** How many cards are told of for each story. */
const EXAMPLES = 2;

export function report(book: Book, stories: Map<string, string>): string {
  const conflicts = new Map(book.conflicts().map((open) => [open.id, open.conflicts]));
  const lines: string[] = [''];
  stories = new Map([...stories, ...withOutlook(book)]);
  for (const story of new Set(stories.values())) {
    const ids = [...stories].filter(([, told]) => told === story).map(([id]) => id);
    lines.push(`${capital(story)} (${ids.length} ${ids.length === 1 ? 'card' : 'cards'})`);
    for (const id of ids.slice(0, EXAMPLES)) {
      const open = conflicts.get(id) ?? [];
      lines.push(`  ${nameOf(book.card(id))}: ${open.length === 0 ? 'merged, nothing to decide' : ''}`.trimEnd());
      for (const conflict of open) {
        lines.push(`    ${conflictInWords(conflict)}?`);
        for (const candidate of conflict.candidates) {
          lines.push(`      ${candidate.number === 1 ? '▸' : ' '} ${candidateInWords(candidate, conflict)}`);
        }
      }
    }
  }
  lines.push('');
  return lines.join('\n');
}

/** The cards about which Outlook's user and somebody else disagree. */
function withOutlook(book: Book): [id: string, story: string][] {
  const asked = book
    .conflicts()
    .filter(({ conflicts }) =>
      conflicts.some(({ candidates }) => candidates.some(({ writers }) => writers.some(({ system }) => system))),
    );
  return asked.map(({ id }) => [id, 'edited here and in Outlook']);
}
