/**
 * How any part of the app tells the person something: a notice, which the app
 * shows wherever they are by then. It says what happened, and may offer one
 * thing to do about it.
 */
export interface Notice {
  text: string;
  kind: 'done' | 'problem';
  action?: { label: string; run: () => unknown };
}

type Listener = (notice: Notice) => void;

const listeners = new Set<Listener>();

export function tell(text: string, action?: Notice['action']): void {
  send({ text, kind: 'done', ...(action === undefined ? {} : { action }) });
}

/** `words` says it in plain words; see words/errors.ts. */
export function complain(words: string): void {
  send({ text: words, kind: 'problem' });
}

/** Returns how to stop listening. */
export function onNotice(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Not an event of the element it is about: that one may be gone before the answer comes.
function send(notice: Notice): void {
  for (const listener of listeners) listener(notice);
}
