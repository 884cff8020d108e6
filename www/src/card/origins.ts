/**
 * Which values on screen a system of record wrote, as the history says: of each
 * path its last change, if what it wrote is what is shown. Values of people and
 * files are left out; so is what is open between two answers.
 */
import type { Card, HistoryEntry, Writer } from 'contactmesh';

/** By path. */
export type Origins = ReadonlyMap<string, Writer>;

export function originsOf({ fields }: Card, history: HistoryEntry[]): Origins {
  const last = new Map<string, { writer: Writer; to: unknown }>();
  for (const { writer, changes, out } of history) {
    if (out) continue;
    for (const { path, to } of changes) last.set(path, { writer, to });
  }
  const shown = [...last].filter(([path, { writer, to }]) => writer.origin === 'system' && fields[path] === to);
  return new Map(shown.map(([path, { writer }]) => [path, writer]));
}

/** Who wrote an entry, if a system wrote all of it that is read; what only says of which sort it is does not count. */
export function originOf(origins: Origins, card: Card, kind: string, id: string): Writer | undefined {
  const prefix = `${kind}/${id}/`;
  const told = Object.entries(card.fields).filter(
    ([path, value]) =>
      path.startsWith(prefix) && typeof value === 'string' && !/\/(order|pref|pointer|kind)$/.test(path),
  );
  const writers = told.map(([path]) => origins.get(path));
  return writers.includes(undefined) ? undefined : writers[0];
}
