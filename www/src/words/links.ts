/** How one contact stands with a system of record, in a line: the most urgent thing. */
import type { Card } from 'contactmesh';
import type { CardLink } from '../systems/links.js';
import { systemName } from './systems.js';

export interface LinkLine {
  tone: 'good' | 'plain' | 'warning';
  text: string;
  /** What can be done about it: decided where it is asked, or sent again. */
  action?: 'decide' | 'retry';
}

/** Undefined if there is nothing to say. */
export function linkLine({ name, linked, open }: CardLink, { state }: Card): LinkLine | undefined {
  const system = systemName(name);
  if (open?.held) {
    return { tone: 'warning', text: `A sync with ${system} would change or delete this; it waits.`, action: 'decide' };
  }
  if (open?.refused !== undefined) {
    const said = open.refused.message;
    return {
      tone: 'warning',
      text: `${system} refused the last change${said === '' ? '' : `: ${said}`}`,
      action: 'retry',
    };
  }
  if (open?.detached) {
    return { tone: 'warning', text: `What was theirs in ${system} is somebody else’s now.`, action: 'retry' };
  }
  if (open?.maybe !== undefined) {
    const who = open.maybe === '' ? 'Somebody' : open.maybe;
    return { tone: 'warning', text: `${who} in ${system} may be the same person.`, action: 'decide' };
  }
  if (state === 'deleted') return undefined;
  if (open?.missing) {
    return {
      tone: 'warning',
      text: `Not seen in ${system} the last time. If the next listings do not show it either, it is deleted here, too.`,
    };
  }
  if (linked) {
    const through = open === undefined ? ', through another device' : '';
    return { tone: 'good', text: `Also in ${system}${through}` };
  }
  return { tone: 'plain', text: `Not in ${system} yet; it goes there with the next sync` };
}
