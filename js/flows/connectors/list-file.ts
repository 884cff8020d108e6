/**
 * The rows of a stand-in for a SharePoint list, in a file of JSON lines: one
 * row a line, in the order of their ids. A last line that was cut by a crash is
 * dropped when the file is opened. It knows no filters and no columns by name.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Json } from '../definition.js';

/** A row; `ID` is the list's own. */
export type Row = Record<string, Json> & { ID: number };

export class ListFile {
  readonly rows: Row[] = [];
  private readonly path: string;
  private nextId = 1;

  constructor(path: string) {
    this.path = path;
    if (!existsSync(path)) return;
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) truncateSync(path, whole);
    for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
      if (line !== '') this.rows.push(JSON.parse(line) as Row);
    }
    this.nextId = (this.rows.at(-1)?.ID ?? 0) + 1;
  }

  append(fields: Record<string, Json>): Row {
    const row: Row = { ...fields, ID: this.nextId };
    appendFileSync(this.path, `${JSON.stringify(row)}\n`, { mode: 0o600 });
    this.nextId += 1;
    this.rows.push(row);
    return row;
  }
}
