/**
 * The rows of a stand-in for a SharePoint list, in a file of JSON lines: one
 * row a line, in the order of their ids. A row counts when it is on the disk.
 * It knows no filters and no columns by name.
 */
import type { Json } from '../definition.js';
import { LineFile } from '../files.js';

/** A row; `ID` is the list's own. */
export type Row = Record<string, Json> & { ID: number };

export class ListFile {
  readonly rows: Row[];
  /** Whether a last row that a crash cut was dropped. */
  readonly mended: boolean;
  private readonly file: LineFile<Row>;
  private nextId: number;

  constructor(path: string) {
    this.file = new LineFile(path);
    this.mended = this.file.mended;
    this.rows = this.file.values();
    this.nextId = (this.rows.at(-1)?.ID ?? 0) + 1;
  }

  /** All of them or none. */
  append(...items: Record<string, Json>[]): Row[] {
    const rows = items.map((fields, n): Row => ({ ...fields, ID: this.nextId + n }));
    this.file.append(...rows);
    this.nextId += rows.length;
    for (const row of rows) this.rows.push(row);
    return rows;
  }
}
