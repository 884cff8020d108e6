/**
 * How an element tells the person something from wherever it is: an event that
 * the app shows as a notice. A notice says what happened, and may offer one
 * thing to do about it.
 */
export interface Notice {
  text: string;
  kind: 'done' | 'problem';
  action?: { label: string; run: () => unknown };
}

const NOTICE = 'contact-notice';

export function tell(from: EventTarget, text: string, action?: Notice['action']): void {
  send(from, { text, kind: 'done', ...(action === undefined ? {} : { action }) });
}

/** `words` says it in plain words; see words/errors.ts. */
export function complain(from: EventTarget, words: string, action?: Notice['action']): void {
  send(from, { text: words, kind: 'problem', ...(action === undefined ? {} : { action }) });
}

export function onNotice(target: EventTarget, listener: (notice: Notice) => void): void {
  target.addEventListener(NOTICE, (event) => listener((event as CustomEvent<Notice>).detail));
}

function send(from: EventTarget, detail: Notice): void {
  from.dispatchEvent(new CustomEvent(NOTICE, { detail, bubbles: true, composed: true }));
}
