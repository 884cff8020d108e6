/** How it stands with a system of record, and the command for everything that waits. */
import type { SystemStatus } from '../../systems/types.js';
import { advice } from '../advice.js';
import { short } from '../ids.js';
import { count, line } from '../text.js';
import { shortRows } from './name.js';
import { heldAdvice, heldText } from './told.js';

export interface StatusContext {
  /** What `--book` was given. */
  book: string | undefined;
  /** What people call a card. */
  nameOf(card: string): string;
}

const WHY = {
  proposal: 'may be somebody known',
  'pending-create': 'may be one that is being made; the next runs tell',
  moved: 'may be one that was moved; the next listing tells',
  copy: 'may be a copy of somebody; the next listing tells',
  older: 'is older than what was seen; the next listing tells',
};

export function systemStatusText(status: SystemStatus, { book, nameOf }: StatusContext): string {
  const { name, kind, epoch, isDriver, folders, rows, unsettled, damaged } = status;
  const who = (card: string) => `${nameOf(card)}  ${short(card)}`;
  const driver = isDriver ? `this replica drives it, turn ${epoch}` : 'another replica drives it';
  const out = [`${name}  ${kind}, ${listOf(folders)}; ${driver}; ${count(rows, 'contact')} linked`];
  if (unsettled > 0) out.push(`${count(unsettled, 'change')} under way`);
  if (damaged > 0) out.push(`${count(damaged, 'record')} of it cannot be read; the next listing makes them anew`);
  out.push(...heldLines(status, { book, nameOf }));
  for (const [n, end] of shortRows(status.parked).entries()) {
    const { called, fields, why, cards } = status.parked[n] as SystemStatus['parked'][number];
    out.push(`\nin ${name} only: ${line(called) || 'without a name'}  ${end}  ${WHY[why]}`);
    if (why !== 'proposal') continue;
    for (const { slot, text } of fields) out.push(`  ${slot}  ${line(text)}`);
    for (const card of cards) out.push(`  it is ${who(card)}:  ${advice(book, 'same', name, end, short(card))}`);
    out.push(`  it is somebody else:  ${advice(book, 'other', name, end)}`);
  }
  for (const { card, code, message } of status.refused) {
    out.push(`\nrefused: ${who(card)}  status ${code}: ${line(message)}`, again(card));
  }
  for (const card of status.detached) {
    out.push(`\nkept back: ${who(card)}  its contact there became somebody else’s`, again(card));
  }
  for (const card of status.missing)
    out.push(`\nmissing there: ${who(card)}  the next listings tell whether it is gone`);
  return out.map((text) => `${text}\n`).join('');

  function again(card: string): string {
    return `  send again:  ${advice(book, 'retry', name, short(card))}`;
  }
}

function heldLines({ name, held }: SystemStatus, { book, nameOf }: StatusContext): string[] {
  if (held === null) return [];
  const [, ...advices] = heldAdvice(name, held, book);
  const some = held.cards.slice(0, MOST_NAMED).map((card) => `    ${nameOf(card)}  ${short(card)}`);
  const more = held.cards.length > MOST_NAMED ? [`    and ${held.cards.length - MOST_NAMED} more`] : [];
  return ['', heldText(held), ...some, ...more, ...advices];
}

function listOf(folders: string[]): string {
  return folders.map(line).join(', ');
}

const MOST_NAMED = 20;
