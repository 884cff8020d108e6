/**
 * Failures in plain words: what happened, what stands, what to do now. The
 * package's own messages say that too; here are the ones that a person meets in
 * the app, said for somebody who has never heard of a book or a relay.
 */
import { isContactmeshError } from 'contactmesh';

const PLAIN: Record<string, string> = {
  'storage-full':
    'There is no room left in this browser, so this was not saved. Everything saved before is safe. Make room on the disk or in the browser, then try again.',
  'storage-io':
    'The browser could not write to its storage, so this was not saved. Everything saved before is safe. Try again; if it goes on, restart the browser.',
  'storage-newer':
    'These contacts were written by a newer version of this app. Close all of its tabs and open it again to get that version.',
  'browser-unsupported':
    'This browser cannot keep contacts, or not in a private window. Use a current browser in an ordinary window.',
  'book-moved':
    'The tab that was saving this was closed in the middle of it. Look whether it was saved, and if not, do it again.',
  'worker-unreachable': 'A part of the app could not be loaded. Load the page again.',
  'module-unreachable': 'A part of the app could not be loaded. Check the network, then load the page again.',
  'format-empty': 'There is no contact in this file. Choose a vCard (.vcf) or a JSContact (.json) file.',
  'format-unknown':
    'This file is neither a vCard nor a JSContact file. Export contacts in one of these, then try again.',
  'card-unknown': 'This contact is not here. It may come with the next sync.',
};

export function plainWords(error: unknown): string {
  if (isContactmeshError(error)) return PLAIN[error.code] ?? sentence(error.message);
  return `Something in the app went wrong (${error instanceof Error ? error.message : String(error)}). Nothing that was saved is lost. Load the page again.`;
}

/** The package writes `what was done: what is wrong; what to do`. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
