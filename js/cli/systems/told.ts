/** What a run with a system of record did, in words. */
import type { SystemHold, SystemReport } from '../../systems/types.js';
import { advice } from '../advice.js';
import { count, listed } from '../text.js';

export function systemTold(report: SystemReport): string {
  const { sent, created, edited, linked, deleted, held } = report;
  const came: [number, string][] = [
    [created, 'new'],
    [edited, 'edited'],
    [linked, 'linked'],
    [deleted, 'deleted'],
  ];
  const parts = came.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const there = sent === 0 ? 'nothing to send' : `sent ${count(sent, 'change')}`;
  const here = parts.length === 0 ? 'nothing new came' : `${listed(parts)} came`;
  return `${there}, ${here}${held === null ? '' : '; HELD, see below'}`;
}

/** What a person should see to, a line each. */
export function systemRemarks(name: string, report: SystemReport, book: string | undefined): string {
  const { parked, unknown, rejected, alerts, held } = report;
  const lines = held === null ? [] : [`${name}: ${heldText(held)}`, ...heldAdvice(name, held, book)];
  const see = advice(book, 'status', name);
  if (parked > 0) lines.push(`${count(parked, 'contact')} there may be somebody known, or moved; see \`${see}\``);
  if (unknown > 0) lines.push(`of ${count(unknown, 'change')} nobody knows yet whether it happened; the next run asks`);
  if (rejected > 0) lines.push(`${count(rejected, 'change')} refused; \`${see}\` says why`);
  if (alerts.length > 0) lines.push(`noticed: ${alerts.join(', ')}`);
  return lines.map((text) => `${text}\n`).join('');
}

const WOULD: Record<SystemHold['kind'], (many: string) => string> = {
  delete: (many) => `${many} would be deleted here, because they are gone there`,
  blank: (many) => `${many} would lose values here, because those are empty there`,
  restored: (many) =>
    `${many} there are older than what was seen before, as after a restored backup; they would be believed`,
  takeover: (many) =>
    `${many} there differ from those here, and nobody knows which are newer; both answers would be kept, as questions`,
  'empty-listing': (many) => `the system says that nobody is there; ${many} would be deleted here`,
  'delete-or-blank': (many) => `${many} there would be deleted, or lose values`,
};

/** What is held, and that nothing of it was done. */
export function heldText({ kind, cards, allowed }: SystemHold): string {
  return `held: ${WOULD[kind](count(cards.length, 'contact'))}. That is more than ${allowed}, so nothing of it was done`;
}

/** The commands that end it. */
export function heldAdvice(name: string, { token }: SystemHold, book: string | undefined): string[] {
  return [
    `  see who:       ${advice(book, 'status', name)}`,
    `  do it:         ${advice(book, 'confirm', name, token, 'take')}`,
    `  keep them:     ${advice(book, 'confirm', name, token, 'keep')}`,
  ];
}
