/**
 * Says whether a mailbox and a book hold the same, field by field, except what
 * is an open question. It was written from docs/lens-outlook.md and shares no
 * code with the lens, so that each can catch the other out: where that
 * decides who sits where, this asks only that nothing is there which the card
 * does not have, and nothing is missing for which there is room.
 */
import type { Book } from '../book.js';
import type { Contact } from '../flows/connectors/outlook/mailbox.js';
import type { Card } from '../types.js';
import { FIELDS, type Field, madeOfNames, NAMES_THERE } from './fields.js';
import { MAILBOX } from './mailbox.js';

export interface Compared {
  /** Rows that are linked with a card. */
  rows: number;
  /** How many of their fields were held against the card, and how many are left out because a question about them is open. */
  fields: number;
  open: number;
  /** Empty if all is well: what differs, for people. */
  different: string[];
}

/** `waiting` are rows, and cards, of which nobody has said yet whether they are the same person. */
export function compareMailbox(book: Book, rows: Contact[], waiting: ReadonlySet<string>): Compared {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const compared: Compared = { rows: 0, fields: 0, open: 0, different: [] };
  const linked = new Set(waiting);
  for (const card of cardsOf(book)) {
    const id = String(card.fields[`link/${MAILBOX}`] ?? '');
    const row = byId.get(id);
    if (linked.has(id)) compared.different.push(`${card.name}: shares a row with somebody`);
    linked.add(id);
    if (isOpen(card, 'state')) compared.open += 1;
    else if (row !== undefined) compareRow(card, row, compared);
    else if (!waiting.has(card.id)) compared.different.push(`${card.name}: not in the mailbox`);
  }
  const strangers = rows.filter(({ id }) => !linked.has(id));
  compared.different.push(...strangers.map(({ displayName }) => `${displayName}: only in the mailbox`));
  return compared;
}

/** Those that are listed, and those of which nobody knows yet whether they are deleted. */
function cardsOf(book: Book): Card[] {
  const ids = [...book.list().rows, ...book.conflicts()].map(({ id }) => id);
  return [...new Set(ids)].map((id) => book.card(id));
}

function compareRow(card: Card, row: Contact, compared: Compared): void {
  compared.rows += 1;
  const note = (key: string, isSame: boolean | undefined) => {
    if (isSame === undefined) compared.open += 1;
    else compared.fields += 1;
    if (isSame === false) compared.different.push(`${card.name}: ${key}`);
  };
  for (const [key, leaf] of Object.entries(NAMES_THERE)) note(key, sameName(card, row, key, leaf));
  for (const [key, field] of Object.entries(FIELDS)) note(key, sameField(card, row, field));
}

/** Undefined where a question is open, or Outlook's text was made for a card without a given name. */
function sameName(card: Card, row: Contact, key: string, leaf: string): boolean | undefined {
  if (isOpen(card, 'name', true) || isOpen(card, `name/${leaf}`)) return undefined;
  const text = madeOfNames(card, leaf);
  if (leaf === 'given' && text === '') return undefined;
  return text === String(row[key] ?? '').trim();
}

/** Undefined if there is nothing but questions. */
function sameField(card: Card, row: Contact, { kind, seats, texts, there }: Field): boolean | undefined {
  const known = (card.elements[kind] ?? []).filter((id) => !isOpen(card, `${kind}/${id}`));
  const here = known.map((id) => texts(partsOf(card, kind, id))).filter((ways) => ways.length > 0);
  const open = openElements(card, kind);
  const shown = new Set(there(row));
  const strangers = [...shown].filter((text) => !here.some((ways) => ways.includes(text))).length;
  if (strangers > open) return false;
  if (here.length === 0 && open > 0) return undefined;
  const counts = Object.entries(seats).map(([place, most]) => ({ most, here: howMany(here, place) }));
  if (counts.every((place) => place.here + open <= place.most))
    return here.every((ways) => ways.some((way) => shown.has(way)));
  return shown.size >= counts.reduce((sum, place) => sum + Math.min(place.here, place.most), 0);
}

/** How many different entries have their usual place there. */
function howMany(here: string[][], place: string): number {
  return new Set(here.map(([usual = '']) => usual).filter((text) => text.startsWith(`${place}:`))).size;
}

/** The leaves of an element by their names. */
function partsOf(card: Card, kind: string, id: string): Map<string, string> {
  const start = `${kind}/${id}/`;
  const leaves = Object.entries(card.fields).filter(([path]) => path.startsWith(start));
  return new Map(leaves.map(([path, value]) => [path.slice(start.length), String(value ?? '')]));
}

/** Whether there is a question about a path, or about something below it (not with `exactly`). */
function isOpen(card: Card, at: string, exactly = false): boolean {
  return card.conflicts.some(({ path }) => path === at || (!exactly && path.startsWith(`${at}/`)));
}

function openElements(card: Card, kind: string): number {
  const ids = card.conflicts.map(({ path }) => path.split('/')).filter(([first]) => first === kind);
  return new Set(ids.map(([, id]) => id)).size;
}
