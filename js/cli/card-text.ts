/**
 * A card and its history for people. Paths are shown as they are typed in an
 * edit; what only orders entries is left out.
 */
import type { Card, HistoryEntry, Value } from '../types.js';
import { short } from './ids.js';
import { clean, line, pad, widthOf } from './text.js';
import { who } from './who.js';

/** A value as people read it; a text of several lines is continued under `indent`. */
export function valueText(value: Value, indent = ''): string {
  if (value === null) return '(nothing)';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return clean(String(value)).split('\n').join(`\n${indent}`);
}

/** The fields by entry: a heading for each, its parts below. */
export function cardText(card: Card, name: string): string {
  const facts = [
    ['id', card.id],
    ['revision', card.revision],
    ...(card.state === 'deleted' ? [['state', 'deleted']] : []),
  ];
  const plain: [string, Value][] = [];
  const groups: [string, [string, Value][]][] = [];
  const entries = Object.entries(card.fields).filter(([path]) => path !== 'id' && !path.endsWith('/order'));
  for (const presence of presences(card)) {
    const inside = entries.filter(([path]) => path.startsWith(`${presence}/`));
    groups.push([
      heading(presence, card),
      inside.map(([path, value]) => [path.slice(presence.length + 1), value] as [string, Value]),
    ]);
  }
  const known = presences(card);
  for (const [path, value] of entries) {
    const grouped = known.some((presence) => path === presence || path.startsWith(`${presence}/`));
    if (!grouped && !path.startsWith('primary/')) plain.push([path, value]);
  }
  const head = `${name}\n${lines(facts as [string, Value][], '  ')}`;
  const body = groups.map(([title, leaves]) => `\n  ${title}\n${lines(leaves, '    ')}`);
  return head + (plain.length > 0 ? `\n${lines(plain, '  ')}` : '') + body.join('');
}

function presences(card: Card): string[] {
  const name = 'name' in card.fields ? ['name'] : [];
  const elements = Object.entries(card.elements).flatMap(([kind, ids]) => ids.map((id) => `${kind}/${id}`));
  return [...name, ...elements];
}

function heading(presence: string, card: Card): string {
  const [kind, id] = presence.split('/');
  return id !== undefined && card.fields[`primary/${kind}`] === id ? `${presence}  (primary)` : presence;
}

function lines(pairs: [string, Value][], indent: string): string {
  const width = Math.max(0, ...pairs.map(([key]) => widthOf(key)));
  const below = ' '.repeat(indent.length + width + 2);
  return pairs.map(([key, value]) => `${indent}${pad(key, width)}  ${valueText(value, below)}\n`).join('');
}

/** Every change of a card, the first one first. */
export function historyText(history: HistoryEntry[], own: string): string {
  return history.map((entry) => changeText(entry, own)).join('');
}

function changeText({ hash, writer, changes, out }: HistoryEntry, own: string): string {
  const aside = out === true ? '  (set aside: two programs wrote as one writer)' : '';
  const pairs = changes.map(({ path, from, to }): [string, string] => [path, changed(from, to)]);
  const said = pairs.length > 0 ? pairs : [['(nothing new)', ''] as [string, string]];
  const width = Math.max(...said.map(([path]) => path.length));
  const body = said.map(([path, text]) => `    ${`${pad(path, width)}  ${text}`.trimEnd()}\n`).join('');
  return `\n  change ${short(hash)}  ${who(writer, own)}${aside}\n${body}`;
}

function changed(from: Value[], to: Value): string {
  const before = from.filter((value) => value !== null).map((value) => line(valueText(value)));
  const after = to === null ? (before.length > 0 ? '(removed)' : '(nothing)') : line(valueText(to));
  return before.length > 0 ? `${before.join(' | ')}  →  ${after}` : after;
}
