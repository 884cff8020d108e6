/**
 * A run that waits for a person because it would take away much at once: what
 * would happen, and the two ways out, each saying what it does. Which of them
 * is right nobody here knows.
 */
import type { SystemHold } from 'contactmesh';
import { count } from './counts.js';

export interface HeldWords {
  title: string;
  why: string;
  /** It is done as it stands. */
  take: string;
  /** What it would take away is kept. */
  keep: string;
  /** What is asked once more before `take`; undefined where nothing is lost by it. */
  sure: { title: string; text: string } | undefined;
}

/** `name` is what the system is called. */
export function heldWords({ kind, cards, allowed }: SystemHold, name: string): HeldWords {
  const many = cards.length;
  const people = count(many, 'person', 'people');
  const free = allowed === 0 ? '' : ` No question is asked about up to ${count(allowed, 'person', 'people')} at once.`;
  const rule = `Nothing of it has been done.${free}`;
  switch (kind) {
    case 'delete':
      return {
        title: `${people} would be deleted here`,
        why: `They are gone from ${name}. ${rule}`,
        take: 'Delete them here too',
        keep: `Keep them and put them back in ${name}`,
        sure: deleteSure(people, many),
      };
    case 'empty-listing':
      return {
        title: `${name} says that nobody is there`,
        why: `All ${people} that came from it or went there would be deleted here. Often that means another mailbox, or a folder that was moved. Nothing of it has been done.`,
        take: 'Nobody is there: delete them here too',
        keep: `Keep them and put them back in ${name}`,
        sure: deleteSure(people, many),
      };
    case 'blank':
      return {
        title: `${people} would lose details here`,
        why: `What they have here is empty in ${name} now. ${rule}`,
        take: 'Clear the details here too',
        keep: `Keep the details and put them back in ${name}`,
        sure: {
          title: 'Clear these details?',
          text: `${people} ${many === 1 ? 'loses' : 'lose'} what is empty in ${name}, here and on your other devices. What they had stays in their history.`,
        },
      };
    case 'restored':
      return {
        title: `${people} in ${name} ${many === 1 ? 'is' : 'are'} older than before`,
        why: `It looks as if the mailbox was restored from a backup: what was changed since would be undone here. ${rule}`,
        take: `Go back to what ${name} has`,
        keep: `Keep what is here and write it to ${name}`,
        sure: {
          title: `Go back to what ${name} has?`,
          text: `${people} ${many === 1 ? 'becomes' : 'become'} what the restored mailbox says, here and on your other devices. What they were stays in their history.`,
        },
      };
    case 'takeover':
      return {
        title: `${people} ${many === 1 ? 'differs' : 'differ'} here and in ${name}`,
        why: `This device has only begun to sync with ${name}, so it cannot tell which side is newer. Where both have something else, both answers are kept and you are asked. ${rule}`,
        take: 'Keep both and ask me',
        keep: 'Keep both, and ask me later',
        sure: undefined,
      };
    case 'delete-or-blank':
      return {
        title: `${people} in ${name} would be deleted or lose details`,
        why: `That is what was done here or on another device. ${rule}`,
        take: `Do it in ${name} too`,
        keep: `Leave them in ${name} as they are`,
        sure: {
          title: `Delete or clear in ${name}?`,
          text: `${people} in ${name} ${many === 1 ? 'is' : 'are'} deleted or ${many === 1 ? 'loses' : 'lose'} details. ${name} may keep deleted people for a while; this app cannot bring them back there.`,
        },
      };
  }
}

function deleteSure(people: string, many: number): HeldWords['sure'] {
  return {
    title: `Delete ${people}?`,
    text: `${many === 1 ? 'They go' : 'All of them go'} to “Deleted”, here and on your other devices. From there each can be restored.`,
  };
}
