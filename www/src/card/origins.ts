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

/** Who of them wrote an entry: the latest that wrote any of its values. */
export function originOf(origins: Origins, kind: string, id: string): Writer | undefined {
  const prefix = `${kind}/${id}/`;
  const writers = [...origins].flatMap(([path, writer]) =>
    path.startsWith(prefix) && !/\/(order|pref|pointer)$/.test(path) ? [writer] : [],
  );
  return writers.reduce<Writer | undefined>(
    (latest, writer) => (latest === undefined || writer.time > latest.time ? writer : latest),
    undefined,
  );
}
