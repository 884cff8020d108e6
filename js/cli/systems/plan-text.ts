/** The plan of a run with a system of record for people: every field that would be sent, and why. */
import type { PlannedAction, SystemPlan } from '../../systems/types.js';
import { short } from '../ids.js';
import { count, line, pad, table, widthOf } from '../text.js';
import { who } from '../who.js';
import { heldText } from './told.js';

/** `own` is the id of this replica; `nameOf` says what people call a card. */
export function planText(name: string, plan: SystemPlan, own: string, nameOf: (card: string) => string): string {
  const { actions, waiting, takesAway, brake, held, unsettled } = plan;
  const out = [
    actions.length === 0 ? `${name}: nothing to send` : `${name}: ${count(actions.length, 'change')} to send`,
  ];
  for (const action of actions) out.push(...actionText(action, own));
  for (const { card, slot, conflict } of waiting) {
    out.push(`  waits   ${nameOf(card)}  ${short(card)}`, `    ${slot}: ${conflict} is an open conflict`);
  }
  if (takesAway > brake) {
    out.push(`  ${takesAway} of them delete a contact there or clear a value; more than ${brake} are held for you`);
  }
  if (unsettled > 0)
    out.push(`  of ${count(unsettled, 'change')} nobody knows yet whether it happened; asked about first`);
  if (held !== null) out.push(`  ${heldText(held)}`);
  return out.map((text) => `${text}\n`).join('');
}

function actionText({ do: what, name, card, fields, because }: PlannedAction, own: string): string[] {
  const reason = because === null ? '' : `  ${who(because, own)}`;
  const head = `  ${pad(what, 6)}  ${line(name) || 'without a name'}  ${short(card)}${reason}`;
  const width = Math.max(0, ...fields.map(({ slot }) => widthOf(slot)));
  const rows = fields.map(({ slot, from, to, because }) => [
    pad(slot, width),
    `${from === '' ? '(nothing)' : line(from)} → ${to === '' ? '(cleared)' : line(to)}`,
    because === null ? '' : who(because, own),
  ]);
  return [head, ...(rows.length === 0 ? [] : table(rows, { indent: '    ' }).trimEnd().split('\n'))];
}
