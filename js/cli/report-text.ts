/**
 * The report of an import as a table: per property how many lines came in and
 * what became of them.
 */
import type { FileReport, PropertyCount } from '../formats.js';
import { count, line, table } from './text.js';

const COLUMNS = ['lines', 'field', 'extra', 'file', 'empty', 'missing'] as const;

/** Adds up the properties of several files. */
export function together(reports: FileReport[]): Record<string, PropertyCount> {
  const sums = new Map<string, PropertyCount>();
  for (const report of reports) {
    for (const [property, counts] of Object.entries(report.properties)) {
      const sum = sums.get(property) ?? { lines: 0, field: 0, extra: 0, file: 0, empty: 0, missing: 0 };
      for (const column of COLUMNS) sum[column] += counts[column];
      sums.set(property, sum);
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function reportTable(title: string, properties: Record<string, PropertyCount>): string {
  const rows = Object.entries(properties);
  const sum = COLUMNS.map((column) => rows.reduce((total, [, counts]) => total + counts[column], 0));
  const body = [
    [title, ...COLUMNS],
    ...rows.map(([property, counts]) => [line(property), ...COLUMNS.map((column) => String(counts[column]))]),
    ['all', ...sum.map(String)],
  ];
  return table(body, { right: COLUMNS.map((_, n) => n + 1) });
}

export const REPORT_HELP = `What --report counts, by property: lines in the file; of these, all values in
fields; a value kept as it stood, as extra; about the file, not the person;
empty; missing, a value that is nowhere, which would be a bug.`;

/** The values that are nowhere. */
export function missingText(file: string, { missing }: FileReport): string {
  if (missing.length === 0) return '';
  const what = `${line(file)}: ${count(missing.length, 'value')} not kept; keep the file, and report this:\n`;
  const some = missing.slice(0, 20).map((one) => `  line ${one.line}  ${line(one.property)}  ${line(one.value)}\n`);
  return what + some.join('');
}
