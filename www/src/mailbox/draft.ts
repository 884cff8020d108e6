/**
 * What is being typed about one contact of the mailbox, field by field. A field
 * that nobody touched shows what the mailbox has now; a touched one keeps what
 * was typed, whatever a sync does meanwhile. It writes nothing itself.
 */
import { type Contact, fieldsToWrite, readField, SECTIONS, type Typed } from './fields.js';

export class Draft {
  /** As it was when the form was opened; absent for a new one. */
  #before: Contact | undefined;
  readonly #typed = new Map<string, Typed>();

  constructor(contact: Contact | undefined) {
    this.#before = contact;
  }

  get isTouched(): boolean {
    return this.#typed.size > 0;
  }

  value(contact: Contact | undefined, name: string): string {
    return this.#typed.get(name)?.text ?? readField(contact, name);
  }

  type(contact: Contact | undefined, name: string, text: string): void {
    const was = this.#typed.get(name)?.was ?? readField(contact, name);
    const isBack = text.trim() === readField(contact, name).trim();
    if (isBack) this.#typed.delete(name);
    else this.#typed.set(name, { was, text });
  }

  /** What somebody else did to the field since the form was opened, in words. */
  news(contact: Contact | undefined, name: string): string | undefined {
    const [before, now] = [readField(this.#before, name), readField(contact, name)];
    if (this.#before === undefined || contact === undefined || before === now) return undefined;
    if (this.#typed.has(name)) return `Changed elsewhere to ${quoted(now)}. Saving puts yours in its place.`;
    return `Just changed elsewhere; it was ${quoted(before)}.`;
  }

  /** What Outlook is to be told. */
  fields(contact: Contact | undefined): Record<string, unknown> {
    const typed = [...this.#typed].map(([name, { was, text }]) => [name, { was, text: text.trim() }] as const);
    return fieldsToWrite(contact, new Map(typed));
  }

  /** Everything that is on screen, as if it had been typed anew: for a contact that is gone. */
  allFields(contact: Contact | undefined): Record<string, unknown> {
    const names = SECTIONS.flatMap(({ fields }) => fields.map(({ name }) => name));
    const texts = names.map((name) => [name, { was: '', text: this.value(contact, name).trim() }] as const);
    return fieldsToWrite(undefined, new Map(texts.filter(([, { text }]) => text !== '')));
  }

  /** It was saved: what is there now is where the form stands. */
  saved(contact: Contact): void {
    this.#before = contact;
    this.#typed.clear();
  }

  forget(): void {
    this.#typed.clear();
  }
}

function quoted(text: string): string {
  return text === '' ? 'empty' : `“${text}”`;
}
