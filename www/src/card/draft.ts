/**
 * What somebody is typing about one card: the card as it was on screen when
 * they began, its revision, and what they changed since. From it comes the edit
 * for the book: only what differs. It survives a reload, until it is saved or
 * given up. It neither checks nor decides anything.
 */
import type { Card, Fields } from 'contactmesh';
import { KINDS, type Leaf, NAME, SINGLES } from './kinds.js';

export interface DraftEntry {
  /** An element's id, or `new-1`, `new-2` … */
  id: string;
  kind: string;
}

interface Kept {
  /** Absent for a card that is not there yet. */
  revision?: string;
  /** By path, as texts; flags are `true`. */
  before: Record<string, string>;
  now: Record<string, string>;
  entries: DraftEntry[];
  removed: DraftEntry[];
  count: number;
}

const KEY = 'contactmesh-draft/';

export class Draft {
  readonly #kept: Kept;
  readonly #place: string;

  private constructor(place: string, kept: Kept) {
    this.#place = KEY + place;
    this.#kept = kept;
  }

  /** What was being typed about this card, or a new beginning. */
  static of(card: Card): Draft {
    return Draft.#found(card.id) ?? new Draft(card.id, beginning(card));
  }

  static ofNew(): Draft {
    const found = Draft.#found('new');
    if (found !== undefined) return found;
    const draft = new Draft('new', { before: {}, now: {}, entries: [], removed: [], count: 0 });
    for (const kind of ['emails', 'phones', 'organizations', 'titles']) draft.add(kind);
    return draft;
  }

  static #found(place: string): Draft | undefined {
    const text = sessionStorage.getItem(KEY + place);
    return text === null ? undefined : new Draft(place, JSON.parse(text) as Kept);
  }

  get revision(): string | undefined {
    return this.#kept.revision;
  }

  get isChanged(): boolean {
    return Object.keys(this.fields()).length > 0;
  }

  entriesOf(kind: string): DraftEntry[] {
    return this.#kept.entries.filter((entry) => entry.kind === kind);
  }

  get(path: string): string {
    return this.#kept.now[path] ?? '';
  }

  /** Values below `prefix` that are set, by what follows it. */
  flags(prefix: string): string[] {
    const inside = Object.entries(this.#kept.now).filter(
      ([path, value]) => path.startsWith(`${prefix}/`) && value !== '',
    );
    return inside.map(([path]) => path.slice(prefix.length + 1));
  }

  set(path: string, value: string): void {
    this.#kept.now[path] = value;
    this.#keep();
  }

  /** Sets exactly these flags below `prefix`. */
  setFlags(prefix: string, names: string[]): void {
    for (const name of this.flags(prefix)) this.#kept.now[`${prefix}/${name}`] = '';
    for (const name of names) this.#kept.now[`${prefix}/${name}`] = 'true';
    this.#keep();
  }

  add(kind: string): DraftEntry {
    this.#kept.count += 1;
    const entry = { kind, id: `new-${this.#kept.count}` };
    this.#kept.entries.push(entry);
    this.#keep();
    return entry;
  }

  remove(entry: DraftEntry): void {
    const { entries, removed } = this.#kept;
    this.#kept.entries = entries.filter(({ id, kind }) => id !== entry.id || kind !== entry.kind);
    if (!isNew(entry)) removed.push(entry);
    this.#keep();
  }

  /** The edit: paths and values that differ from what was on screen. */
  fields(): Fields {
    const { before, now, entries, removed } = this.#kept;
    const fields: Fields = {};
    for (const { kind, id } of removed) fields[`${kind}/${id}`] = null;
    const there = new Set(entries.map(({ kind, id }) => `${kind}/${id}`));
    for (const [path, value] of Object.entries(now)) {
      const [first, second] = path.split('/');
      const inEntry = KINDS.some(({ kind }) => kind === first);
      if (inEntry && !there.has(`${first}/${second}`)) continue;
      const old = before[path] ?? '';
      const next = value.trim() === '' ? '' : value;
      if (next === old) continue;
      fields[path] = next === '' ? null : isFlag(path) ? true : next;
    }
    return withoutEmpty(fields, entries);
  }

  /** Saved or given up. */
  forget(): void {
    sessionStorage.removeItem(this.#place);
  }

  #keep(): void {
    sessionStorage.setItem(this.#place, JSON.stringify(this.#kept));
  }
}

function beginning({ fields, elements, revision }: Card): Kept {
  const known = Object.entries(fields).filter(([path]) => isTyped(path));
  const before = Object.fromEntries(known.map(([path, value]) => [path, String(value)]));
  const entries = KINDS.flatMap(({ kind }) => (elements[kind] ?? []).map((id) => ({ kind, id })));
  return { revision, before, now: { ...before }, entries, removed: [], count: 0 };
}

/** New entries in which nothing but a choice was made say nothing. */
function withoutEmpty(fields: Fields, entries: DraftEntry[]): Fields {
  for (const { kind, id } of entries.filter(isNew)) {
    const prefix = `${kind}/${id}/`;
    const inside = Object.keys(fields).filter((path) => path.startsWith(prefix));
    const says = inside.some((path) => !isFlag(path) && leafOf(path)?.input !== 'choice' && fields[path] !== null);
    if (!says) for (const path of inside) delete fields[path];
  }
  return fields;
}

function isNew({ id }: DraftEntry): boolean {
  return id.startsWith('new-');
}

/** Whether the form has a place for the path. */
function isTyped(path: string): boolean {
  return leafOf(path) !== undefined;
}

function isFlag(path: string): boolean {
  return leafOf(path)?.input === 'flags';
}

function leafOf(path: string): Leaf | undefined {
  const [first, second, ...rest] = path.split('/');
  if (second === undefined) return SINGLES.find(({ leaf }) => leaf === first);
  if (first === 'name') return NAME.find(({ leaf }) => path === `name/${leaf}`);
  const leaves = KINDS.find(({ kind }) => kind === first)?.leaves ?? [];
  const name = rest.join('/');
  return leaves.find(({ leaf, input }) => (input === 'flags' ? name.startsWith(`${leaf}/`) : leaf === name));
}
