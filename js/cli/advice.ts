/** Commands to type, as text: quoted for a shell, and for the book that was named. */

/** `book` is what `--book` was given, to be said again. */
export function advice(book: string | undefined, ...words: string[]): string {
  const place = book === undefined ? [] : ['--book', book];
  return ['contactmesh', ...[...words, ...place].map(quoted)].join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
