/**
 * How it stands with a store of contacts that is not ours, such as a mailbox,
 * in words: what it is called, its state in a line, what a run did, what is
 * wrong. It judges nothing; all of it is said by the book.
 */
import type { ConnectionReport, SharedBook } from 'contactmesh';
import { count } from './counts.js';
import { problemText, type SyncLine } from './sync.js';
import { whenShort } from './time.js';

/** A run as the book keeps it. */
export type RunRecord = Awaited<ReturnType<SharedBook['connections']['runs']>>[number];

/** What people call it. A connection that somebody named otherwise keeps that name. */
export function systemName(name: string): string {
  return name === 'outlook' ? 'Outlook' : name;
}

/** `toSend` is what its plan has, where that is known; else it does not say that all is there. */
export function systemLine(report: ConnectionReport, online: boolean, toSend?: number): SyncLine {
  const { phase, problem, system, unsent } = report;
  const name = systemName(report.name);
  const waiting = system?.waiting ?? 0;
  const sending = Math.max(unsent, toSend ?? 0);
  const more = sending === 0 ? '' : `, ${count(sending, 'change')} to send`;
  if (phase === 'syncing') return { tone: 'busy', icon: 'sync', text: `Syncing with ${name} …` };
  if (phase === 'held') return { tone: 'warning', icon: 'warning', text: `${name} waits for your decision` };
  if (problem?.code === 'not-driver') {
    return { tone: 'warning', icon: 'device', text: `Another device syncs with ${name}` };
  }
  if (phase === 'paused') return { tone: 'warning', icon: 'warning', text: `${name} needs you` };
  if (!online) return { tone: 'plain', icon: 'offline', text: `Offline${more}` };
  if (phase === 'failed') return { tone: 'plain', icon: 'offline', text: `${name} not reached${more}` };
  if (phase === 'new') return { tone: 'busy', icon: 'sync', text: `Connecting with ${name} …` };
  if (waiting > 0)
    return { tone: 'warning', icon: 'question', text: `${name}: ${count(waiting, 'contact')} to look at` };
  if (sending > 0) return { tone: 'plain', icon: 'up', text: `${count(sending, 'change')} to send to ${name}` };
  const since = report.done === undefined ? '' : `, ${whenShort(Date.parse(report.done))}`;
  return { tone: 'good', icon: 'synced', text: `${toSend === undefined ? 'Synced' : 'In step'} with ${name}${since}` };
}

/** What is wrong, and what to do; undefined if nothing is. */
export function systemProblem(report: ConnectionReport): string | undefined {
  const name = systemName(report.name);
  switch (report.problem?.code) {
    case 'not-driver':
      return `Another device syncs with ${name}, and one at a time does: nothing is exchanged from here. To do it from here, connect below; you are asked before the other one is replaced.`;
    case 'system-unknown':
      return `What this device knew of ${name} is gone. Connect again below; your contacts are all here.`;
    case 'flow-no-folder':
      return `The folder of contacts is not there, or the flow does not see it. Look for its name in ${name}, then connect again below with that name.`;
    case 'bad-answer':
      return `What the flow said about ${name} cannot be right, so nothing of it was believed. It is tried again; if it goes on, look at the last run of the flow.`;
    default:
      return problemText(report);
  }
}

/** What a run did, in a sentence; undefined for a run with something else. */
export function runText({ connection, outcome, system }: RunRecord): string | undefined {
  if (system === undefined) return undefined;
  const name = systemName(connection);
  const { created, edited, linked, deleted, sent, rejected, unknown } = system;
  const person = (many: number) => count(many, 'person', 'people');
  const told = [
    ...(created > 0 ? [`${person(created)} came from ${name}`] : []),
    ...(linked > 0 ? [`${person(linked)} ${linked === 1 ? 'was' : 'were'} known here already`] : []),
    ...(edited > 0 ? [`${person(edited)} changed here`] : []),
    ...(deleted > 0 ? [`${person(deleted)} ${deleted === 1 ? 'was' : 'were'} deleted here`] : []),
    ...(sent > 0 ? [`${count(sent, 'change')} ${sent === 1 ? 'was' : 'were'} sent`] : []),
    ...(rejected > 0 ? [`${name} refused ${count(rejected, 'change')}`] : []),
    ...(unknown > 0 ? [`of ${count(unknown, 'change')} nobody knows yet whether it arrived`] : []),
  ];
  const end = outcome === 'held' ? 'Then it stopped, to ask you.' : '';
  if (told.length === 0) return end === '' ? 'Nothing had changed.' : 'It stopped, to ask you.';
  const text = told.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. ${end}`.trimEnd();
}

const ALERTS: Record<string, string> = {
  'row-without-id': 'It named somebody without saying who; they were left alone.',
  'recycled-id': 'One entry there has become another person. The contact here stays as it is.',
  'unclear-create': 'Somebody new there may be one that was sent from here; it is looked at again.',
};

/** What else a person should know of a run. */
export function alertTexts({ system }: RunRecord): string[] {
  return (system?.alerts ?? []).map((word) => ALERTS[word] ?? `Noticed: ${word}.`);
}

/** A run as it is told apart from others. */
export function runName(run: string): string {
  return /^[0-9a-f]{16}$/.test(run) ? run.slice(0, 8) : run;
}
