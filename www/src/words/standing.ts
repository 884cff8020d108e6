/** How it stands with everything this book is connected with, in one line: the most urgent thing first. */
import type { ConnectionReport } from 'contactmesh';
import { lineOf, type SyncLine } from './sync.js';
import { systemLine } from './systems.js';

const ALONE: SyncLine = { tone: 'plain', icon: 'device', text: 'Only on this device' };
const URGENCY: SyncLine['tone'][] = ['warning', 'busy', 'plain', 'good'];

export function standingLine(reports: ConnectionReport[], online: boolean): SyncLine {
  const lines = reports.map((report) =>
    report.kind === 'relay' ? lineOf(report, online) : systemLine(report, online),
  );
  const [first = ALONE] = lines.toSorted((one, other) => URGENCY.indexOf(one.tone) - URGENCY.indexOf(other.tone));
  return first;
}
