/**
 * A stand-in for the SharePoint connector with one list, kept in a file:
 * `GetItems`, `PostItem`, `PatchItem` and `DeleteItem` as the shipped flows call them. What is documented:
 * 100 rows unless `$top` says more, at most 5,000 (Microsoft Learn, "Filtering
 * with OData in SharePoint"); queries over lists of more than 5,000 rows need
 * an index (ee557257, "Handling Large Folders and Lists"). What is field
 * evidence: a doubled value in a unique column is refused with 400 or 500, ids
 * only grow, and a change is not conditional. Any other operation is refused by name.
 */
import { isContactmeshError } from '../../errors.js';
import { type Json, type JsonObject, prop } from '../definition.js';
import type { Connector, ConnectorAnswer } from '../runtime/run.js';
import { type Filter, matches, parseFilter } from './filter.js';
import { ListFile, type Row } from './list-file.js';

export interface ListColumns {
  /** Refuses a second row with the same value, whatever its case; such a column is indexed. */
  unique: string[];
  /** Columns with an index, besides `ID` and the unique ones. */
  indexed: string[];
  /** The longest text, by column. */
  longest: Record<string, number>;
}

/** Called before an operation; an answer is given instead, or after the effect. For tests. */
export type Interference = (
  operation: string,
  parameters: JsonObject,
) => { answer: ConnectorAnswer; afterEffect?: boolean } | undefined;

const THRESHOLD = 5000;
const DEFAULT_TOP = 100;

export class SharePointList implements Connector {
  interfere: Interference | undefined;
  private readonly columns: ListColumns;
  private readonly file: ListFile;
  private readonly onTrouble: (message: string) => void;
  private readonly now: () => number;

  /** `onTrouble` hears, without any content, what went wrong with the file. */
  constructor(
    path: string,
    columns: ListColumns,
    onTrouble: (message: string) => void = () => {},
    now: () => number = Date.now,
  ) {
    this.columns = columns;
    this.onTrouble = onTrouble;
    this.now = now;
    this.file = new ListFile(path);
  }

  /** Whether a last row that a crash cut was dropped. */
  get mended(): boolean {
    return this.file.mended;
  }

  get rows(): readonly Row[] {
    return this.file.rows;
  }

  /** Adds rows as somebody else would, through the site. */
  add(...items: Record<string, Json>[]): Row[] {
    return this.file.append(...items);
  }

  async call(operationId: string, parameters: JsonObject): Promise<ConnectorAnswer> {
    const other = this.interfere?.(operationId, parameters);
    // A turn of the loop, so that operations of different runs interleave as they do over a network.
    await new Promise((resolve) => setImmediate(resolve));
    if (other && !other.afterEffect) return other.answer;
    const answer = this.perform(operationId, parameters);
    return other?.answer ?? answer;
  }

  private perform(operationId: string, parameters: JsonObject): ConnectorAnswer {
    if (operationId === 'GetItems') return this.getItems(parameters);
    if (operationId === 'PostItem') return this.postItem(parameters);
    if (operationId === 'PatchItem') return this.patchItem(parameters);
    if (operationId === 'DeleteItem') return this.deleteItem(parameters);
    return failure(404, `this stand-in does not know the operation '${operationId}'`);
  }

  private postItem(parameters: JsonObject): ConnectorAnswer {
    const fields = fieldsOf(parameters);
    const refusal = this.refusal(fields);
    if (refusal) return refusal;
    const Created = this.stamp();
    return this.kept(() => {
      const [row] = this.file.append({ ...fields, Created, Modified: Created });
      return { ...row };
    });
  }

  private patchItem(parameters: JsonObject): ConnectorAnswer {
    const row = this.file.row(Number(prop(parameters, 'id')));
    if (!row) return NO_ITEM;
    const fields = fieldsOf(parameters);
    const refusal = this.refusal(fields, row.ID);
    if (refusal) return refusal;
    const changed: Row = { ...row, ...fields, Modified: this.stamp(), ID: row.ID };
    return this.kept(() => {
      this.file.replace(changed);
      return { ...changed };
    });
  }

  private deleteItem(parameters: JsonObject): ConnectorAnswer {
    const id = Number(prop(parameters, 'id'));
    if (!this.file.row(id)) return NO_ITEM;
    return this.kept(() => {
      this.file.remove(id);
      return null;
    });
  }

  private refusal(fields: Record<string, Json>, but?: number): ConnectorAnswer | undefined {
    for (const [column, most] of Object.entries(this.columns.longest)) {
      if (String(fields[column] ?? '').length > most)
        return failure(400, `the column ${column} takes ${most} characters`);
    }
    const given = this.columns.unique.filter((column) => Object.hasOwn(fields, column));
    const doubled = given.find((column) => this.holds(column, fields[column] ?? null, but));
    if (doubled === undefined) return undefined;
    return failure(
      400,
      `The list item could not be added or updated because duplicate values were found in the following field(s) in the list: [${doubled}].`,
    );
  }

  private kept(write: () => Json): ConnectorAnswer {
    try {
      return { statusCode: 200, headers: {}, body: write() };
    } catch (error) {
      if (!isContactmeshError(error, 'flow-io')) throw error;
      this.onTrouble(error.message);
      return failure(503, 'The list could not keep the item.');
    }
  }

  private holds(column: string, value: Json, but?: number): boolean {
    const wanted = String(value).toLowerCase();
    return this.file.rows.some((row) => row.ID !== but && String(row[column]).toLowerCase() === wanted);
  }

  private stamp(): string {
    return `${new Date(this.now()).toISOString().slice(0, 19)}Z`;
  }

  private getItems(parameters: JsonObject): ConnectorAnswer {
    const top = prop(parameters, '$top') === undefined ? DEFAULT_TOP : Number(prop(parameters, '$top'));
    if (!Number.isInteger(top) || top < 1 || top > THRESHOLD)
      return failure(400, `$top must be from 1 to ${THRESHOLD}`);
    const order = String(prop(parameters, '$orderby') ?? 'ID asc');
    if (!/^ID( asc)?$/.test(order)) return failure(400, `this stand-in does not know the order '${order}'`);
    const source = prop(parameters, '$filter');
    try {
      const filter = source === undefined ? undefined : parseFilter(String(source));
      if (this.file.rows.length > THRESHOLD && !this.isCheap(filter)) {
        return failure(500, 'The attempted operation is prohibited because it exceeds the list view threshold.');
      }
      const value = this.file.rows.filter((row) => !filter || matches(filter, row)).slice(0, top);
      return { statusCode: 200, headers: {}, body: { value: value.map((row) => ({ ...row })) } };
    } catch (error) {
      if (error instanceof SyntaxError) return failure(400, `The $filter is not valid: ${error.message}`);
      throw error;
    }
  }

  /**
   * Our reading, stricter than SharePoint may be: a bare range of ids is read
   * in the order of the ids and stops at `$top`; anything else needs an indexed
   * comparison that leaves no more rows than the threshold.
   */
  private isCheap(filter: Filter | undefined): boolean {
    if (!filter) return true;
    if (filter.kind === 'compare' && filter.column === 'ID') return true;
    return this.isNarrow(filter);
  }

  private isNarrow(filter: Filter): boolean {
    if (filter.kind === 'both') return this.isNarrow(filter.left) || this.isNarrow(filter.right);
    if (filter.kind === 'either') return this.isNarrow(filter.left) && this.isNarrow(filter.right);
    if (!['ID', ...this.columns.unique, ...this.columns.indexed].includes(filter.column)) return false;
    return this.file.rows.filter((row) => matches(filter, row)).length <= THRESHOLD;
  }
}

function fieldsOf(parameters: JsonObject): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const [key, value] of Object.entries(parameters)) if (key.startsWith('item/')) fields[key.slice(5)] = value;
  return fields;
}

/** A refusal in the shape that the connector gives (field evidence). */
export function failure(status: number, message: string): ConnectorAnswer {
  return { statusCode: status, headers: {}, body: { status, message, source: 'sharepoint' } };
}

const NO_ITEM: ConnectorAnswer = failure(404, 'Item not found.');
