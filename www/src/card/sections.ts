/**
 * A card as sections to read: for each kind its entries, each with a main line,
 * lines below it and small tags. What no section has a place for is listed at
 * the end as it is kept, so that nothing is hidden. It changes nothing.
 */
import type { Card } from 'contactmesh';
import type { IconName } from '../base/icons.js';
import { dateText } from '../words/time.js';
import { KINDS, type Kind, NAME, SINGLES } from './kinds.js';
import { labelOf, phoneText, valueText } from './labels.js';

export interface Entry {
  id: string;
  main: string;
  /** Where it leads: mailto, tel or https only. */
  href?: string;
  lines: string[];
  tags: string[];
}

export interface Section {
  kind: string;
  label: string;
  icon: IconName;
  entries: Entry[];
}

type Values = ReadonlyMap<string, string | number | boolean>;

export function sectionsOf(card: Card): Section[] {
  return KINDS.flatMap((kind) => {
    const ids = card.elements[kind.kind] ?? [];
    const entries = ids
      .map((id) => entryOf(card, kind, id))
      .filter(({ main, lines }) => main !== '' || lines.length > 0);
    return entries.length === 0 ? [] : [{ kind: kind.kind, label: kind.label, icon: kind.icon, entries }];
  });
}

/** Paths and values that no section shows. */
export function othersOf(card: Card): { label: string; value: string }[] {
  const shown = new Set(KINDS.map(({ kind }) => kind));
  return Object.entries(card.fields)
    .filter(([path, value]) => {
      const [first = '', , ...rest] = path.split('/');
      if (value === true || first === 'id' || first === 'primary' || first === 'media') return false;
      // In which systems it is, is said below the contact.
      if (first === 'link') return false;
      if (/\/(order|pref|pointer)$/.test(path)) return false;
      if (first === 'name') return !NAME.some(({ leaf }) => path === `name/${leaf}`);
      const kind = KINDS.find((one) => one.kind === first);
      return !shown.has(first) || !kind?.leaves.some(({ leaf }) => leaf === rest.join('/'));
    })
    .filter(([path]) => !SINGLES.some(({ leaf, rare }) => leaf === path && !rare))
    .map(([path, value]) => ({ label: labelOf(path), value: valueText(path, value) }));
}

/** The first photo's content, if the card has one. */
export function photoOf(card: Card): { blob: string; type: string } | undefined {
  for (const id of card.elements.media ?? []) {
    const values = valuesOf(card, 'media', id);
    const blob = values.get('blob');
    if (values.get('kind') === 'photo' && typeof blob === 'string') {
      return { blob, type: String(values.get('mediaType') ?? '') };
    }
  }
  return undefined;
}

function entryOf(card: Card, kind: Kind, id: string): Entry {
  const values = valuesOf(card, kind.kind, id);
  const main = mainText(kind, values);
  const href = hrefOf(kind.kind, values);
  const tags = kind.leaves.flatMap((leaf) => tagsOf(leaf, values));
  if (card.fields[`primary/${kind.kind}`] === id && (card.elements[kind.kind]?.length ?? 0) > 1) tags.push('Preferred');
  return { id, main, lines: linesOf(kind, values), tags, ...(href === undefined ? {} : { href }) };
}

function valuesOf(card: Card, kind: string, id: string): Values {
  const prefix = `${kind}/${id}/`;
  const inside = Object.entries(card.fields).filter(([path]) => path.startsWith(prefix));
  return new Map(inside.map(([path, value]) => [path.slice(prefix.length), value]));
}

function mainText({ kind, leaves }: Kind, values: Values): string {
  const text = (leaf: string) => String(values.get(leaf) ?? '');
  if (kind === 'addresses') return [text('name'), text('number')].filter(Boolean).join(' ') || text('full');
  if (kind === 'anniversaries') return dateText(text('date'));
  if (kind === 'phones') return phoneText(text('number'));
  if (kind === 'onlineServices') return text('user') || text('uri') || text('service');
  return text(leaves[0]?.leaf ?? '');
}

function linesOf({ kind, leaves }: Kind, values: Values): string[] {
  const text = (leaf: string) => String(values.get(leaf) ?? '');
  if (kind === 'addresses') {
    const city = [text('postcode'), text('locality')].filter(Boolean).join(' ');
    const inside = [text('apartment'), text('floor'), text('postOfficeBox')].filter(Boolean).join(', ');
    return [inside, city, text('region'), text('country') || text('countryCode')].filter(Boolean);
  }
  if (kind === 'onlineServices') return text('user') === '' ? [] : [text('uri')].filter(Boolean);
  const lines = leaves.slice(1).filter(({ input, leaf }) => leaf !== 'label' && (input === 'text' || input === 'url'));
  return lines.map(({ leaf }) => text(leaf)).filter(Boolean);
}

function tagsOf({ leaf, input, choices = {} }: Kind['leaves'][number], values: Values): string[] {
  if (leaf === 'label' || leaf === 'service') return [String(values.get(leaf) ?? '')].filter(Boolean);
  if (input === 'choice') {
    const value = values.get(leaf);
    return value === undefined ? [] : [choices[String(value)] ?? String(value)];
  }
  if (input !== 'flags') return [];
  const set = [...values].filter(([path, value]) => path.startsWith(`${leaf}/`) && value === true);
  const names = set.map(([path]) => path.slice(leaf.length + 1));
  // A mobile phone has a voice too; saying so twice helps nobody.
  const telling = names.includes('mobile') ? names.filter((name) => name !== 'voice') : names;
  return telling.map((name) => choices[name] ?? name);
}

function hrefOf(kind: string, values: Values): string | undefined {
  const text = (leaf: string) => String(values.get(leaf) ?? '');
  if (kind === 'emails')
    return text('address') === '' ? undefined : `mailto:${encodeURIComponent(text('address')).replace('%40', '@')}`;
  if (kind === 'phones') {
    const number = phoneText(text('number')).replace(/[^\d+*#;=-]/g, '');
    return number === '' ? undefined : `tel:${number}`;
  }
  // Any other scheme would run something, or send somebody where nothing is encrypted.
  const uri = text('uri');
  return URL.canParse(uri) && new URL(uri).protocol === 'https:' ? uri : undefined;
}
