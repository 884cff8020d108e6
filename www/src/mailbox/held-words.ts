/**
 * What a sync of the trial's mailbox asks, in words: what has happened, what
 * would come of it, and the two answers, each saying what it does. Seen from the
 * mailbox, so that neither side is “here”. It chooses nothing, and makes no
 * answer sound like the right one.
 */
import type { SystemHold } from 'contactmesh';
import { count } from '../words/counts.js';

/** What the sync left undone because it would take away much at once. */
export type Held = Pick<SystemHold, 'token' | 'kind' | 'direction' | 'allowed'> & {
  /** How many it is about. */
  people: number;
};

export interface HeldWords {
  title: string;
  why: string;
  /** It is done as it stands. */
  take: string;
  /** What it would take away is kept. */
  keep: string;
}

export function heldWords({ kind, people, allowed }: Held): HeldWords {
  const who = count(people, 'person', 'people');
  const [is, differs] = people === 1 ? ['is', 'differs'] : ['are', 'differ'];
  const undone = 'Nothing of it has been done.';
  const free = count(allowed, 'person', 'people');
  const rule = allowed === 0 ? undone : `${undone} No question is asked about up to ${free} at once.`;
  const keepThem = 'Keep them, and put them back in the mailbox';
  switch (kind) {
    case 'delete':
      return {
        title: `${who} would be deleted in the app.`,
        why: `They are gone from the mailbox. ${rule}`,
        take: 'Delete them in the app too',
        keep: keepThem,
      };
    case 'empty-listing':
      return {
        title: 'the mailbox says that nobody is there.',
        why: `${who} would be deleted in the app. ${undone}`,
        take: 'Nobody is there: delete them in the app too',
        keep: keepThem,
      };
    case 'blank':
      return {
        title: `${who} would lose details in the app.`,
        why: `What they have in the app is empty in the mailbox now. ${rule}`,
        take: 'Clear the details in the app too',
        keep: 'Keep the details, and put them back in the mailbox',
      };
    case 'restored':
      return {
        title: `${who} in the mailbox ${is} older than before.`,
        why: `It looks as if the mailbox was restored from a backup: what was changed since would be undone in the app. ${rule}`,
        take: 'Go back to what the mailbox has',
        keep: 'Keep what the app has, and write it to the mailbox',
      };
    case 'takeover':
      return {
        title: `${who} ${differs} in the app and in the mailbox.`,
        why: `Which side is newer cannot be told. Where both have something else, both answers are kept, as questions in the app. ${rule}`,
        take: 'Keep both, and ask in the app',
        keep: 'Keep both, and ask in the app later',
      };
    case 'delete-or-blank':
      return {
        title: `${who} would be deleted or lose details in the mailbox.`,
        why: `That is what was done in the app. ${rule}`,
        take: 'Do it in the mailbox too',
        keep: 'Leave them in the mailbox as they are',
      };
  }
}
