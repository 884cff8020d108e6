/**
 * The rows of a stand-in for a SharePoint list, in a file of JSON lines: a line
 * with an id is that row from then on, a line that names a row as deleted ends
 * it. A row counts when it is on the disk. It knows no filters and no columns
 * by name.
 */
import type { Json } from '../definition.js';
import { LineFile } from '../files.js';

/** A row; `ID` is the list's own. */
export type Row = Record<string, Json> & { ID: number };

type Line = Row | { deleted: number };

export class ListFile {
  /** Whether a last row that a crash cut was dropped. */
  readonly mended: boolean;
  private readonly byId = new Map<number, Row>();
  private readonly file: LineFile<Line>;
  private nextId = 1;

  constructor(path: string) {
    this.file = new LineFile(path);
    this.mended = this.file.mended;
    for (const line of this.file.values()) this.take(line);
  }

  /** In the order of their ids. */
  get rows(): Row[] {
    return [...this.byId.values()];
  }

  row(id: number): Row | undefined {
    return this.byId.get(id);
  }

  /** All of them or none. */
  append(...items: Record<string, Json>[]): Row[] {
    const rows = items.map((fields, n): Row => ({ ...fields, ID: this.nextId + n }));
    this.file.append(...rows);
    for (const row of rows) this.take(row);
    return rows;
  }

  replace(row: Row): void {
    this.file.append(row);
    this.take(row);
  }

  remove(id: number): void {
    this.file.append({ deleted: id });
    this.take({ deleted: id });
  }

  private take(line: Line): void {
    if (!('ID' in line)) {
      this.byId.delete(line.deleted as number);
      return;
    }
    this.byId.set(line.ID, line);
    // An id is never given twice, also not that of a row that is gone.
    this.nextId = Math.max(this.nextId, line.ID + 1);
  }
}
