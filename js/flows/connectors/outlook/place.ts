/**
 * What the Outlook flows work on, kept in a folder: a mailbox, and the list of
 * claims. It refuses files that are damaged.
 */
import { join } from 'node:path';
import { SharePointList } from '../sharepoint.js';
import { OutlookContacts } from './connector.js';
import { Hands } from './hands.js';
import { Mailbox } from './mailbox.js';
import { Throttle } from './throttle.js';

export interface PlaceOptions {
  folder: string;
  now: () => number;
  /** Whether the connector answers 300 calls a minute and no more. */
  throttled: boolean;
  /** Hears, without any content, what went wrong with the files. */
  onTrouble(message: string): void;
}

export interface OutlookPlace {
  claims: SharePointList;
  contacts: OutlookContacts;
  hands: Hands;
}

/** The columns that the setup asks for (docs/flow-contract-outlook.md). */
const COLUMNS = { unique: ['Title'], indexed: [], longest: { Title: 255, Result: 63_999, Driver: 255 } };

export function openOutlook({ folder, now, throttled, onTrouble }: PlaceOptions): OutlookPlace {
  const claims = new SharePointList(join(folder, 'claims.jsonl'), COLUMNS, onTrouble, now);
  const mailbox = new Mailbox(join(folder, 'mailbox.jsonl'), now);
  for (const [name, { mended }] of Object.entries({ claims, mailbox })) {
    if (mended) onTrouble(`${name}.jsonl ended in half a line, which nobody was told is kept; it was dropped`);
  }
  const throttle = throttled ? new Throttle(now) : undefined;
  return { claims, contacts: new OutlookContacts({ mailbox, throttle, onTrouble }), hands: new Hands(mailbox) };
}
