/** How it stands with the other devices, in a line and in a sentence. */
import type { ConnectionReport } from 'contactmesh';
import type { IconName } from '../base/icons.js';
import { count } from './counts.js';
import { whenShort } from './time.js';

export interface SyncLine {
  tone: 'plain' | 'good' | 'busy' | 'warning';
  icon: IconName;
  text: string;
}

export function lineOf(report: ConnectionReport, online: boolean): SyncLine {
  const { phase, letters, unsent } = report;
  const waiting = unsent === 0 ? '' : `, ${count(unsent, 'change')} to send`;
  if (phase === 'syncing') return { tone: 'busy', icon: 'sync', text: 'Syncing …' };
  if (phase === 'paused') return { tone: 'warning', icon: 'warning', text: 'Sync needs you' };
  if (!online) return { tone: 'plain', icon: 'offline', text: `Offline${waiting}` };
  if (letters > 0) return { tone: 'warning', icon: 'warning', text: `${count(letters, 'package')} refused` };
  if (phase === 'failed') return { tone: 'plain', icon: 'offline', text: `Not reached${waiting}` };
  if (phase === 'new') return { tone: 'busy', icon: 'sync', text: 'Connecting …' };
  if (unsent > 0) return { tone: 'plain', icon: 'up', text: `${count(unsent, 'change')} to send` };
  return {
    tone: 'good',
    icon: 'synced',
    text: report.done === undefined ? 'In step' : `In step, ${whenShort(Date.parse(report.done))}`,
  };
}

/** What is wrong, and what to do; undefined if nothing is. */
export function problemText({ problem }: ConnectionReport): string | undefined {
  if (problem === undefined) return undefined;
  const said = problem.message.replace(/^exchanging with the flow: /, '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?)]$/.test(said) ? '' : '.'}`;
}
