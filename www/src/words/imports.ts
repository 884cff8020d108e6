/** What became of an imported file, in words: how many, what was kept, what is wrong with it. */
import type { FileImport } from 'contactmesh';
import { count, number } from './counts.js';

export interface ImportReport {
  summary: string;
  lines: string[];
  /** What somebody should look at. */
  warnings: string[];
}

export function importReport({ created, updated, unchanged, deleted, proposals, report }: FileImport): ImportReport {
  const added = created.length + proposals.length;
  const lines = [
    ...(updated.length > 0 ? [`${count(updated.length, 'contact')} were here already and got something new.`] : []),
    ...(unchanged.length > 0
      ? [`${count(unchanged.length, 'contact')} were here already, with everything in the file.`]
      : []),
    ...(proposals.length > 0
      ? [
          `${count(proposals.length, 'contact')} had an identifier that belongs to somebody else here, and became contacts of their own.`,
        ]
      : []),
    ...keptLines(report),
  ];
  const warnings = [
    ...(deleted.length > 0
      ? [
          `${count(deleted.length, 'contact')} in the file are deleted here and were left alone. Restore them under “Deleted”, then import again.`,
        ]
      : []),
    ...(report.truncated === null
      ? []
      : [
          `The file ends in the middle of a contact, at line ${report.truncated.line}. The whole ones before it were imported.`,
        ]),
    ...(report.error === null
      ? []
      : [`The file is damaged (${report.error.message}). The whole contacts before that were imported.`]),
    ...report.missing.map(({ property, line }) => `Line ${line} (${property}) could not be kept.`),
  ];
  return { summary: added === 0 ? 'Nobody new' : `${count(added, 'contact')} added`, lines, warnings };
}

function keptLines({ properties }: FileImport['report']): string[] {
  const sum = (which: 'lines' | 'field' | 'extra' | 'file' | 'empty') =>
    Object.values(properties).reduce((total, one) => total + one[which], 0);
  const told = sum('lines') - sum('empty') - sum('file');
  if (told === 0) return [];
  const extra = sum('extra');
  if (extra === 0) return [`${count(told, 'value')} read, all of them into fields.`];
  return [
    `${count(told, 'value')} read, ${number(sum('field'))} into fields, ${number(extra)} kept as they stand in the file.`,
  ];
}
