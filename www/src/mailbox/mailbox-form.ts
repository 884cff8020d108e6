/**
 * The form for one contact of the mailbox, new or there already. It saves only
 * what was typed, over what the mailbox has at that moment, so that a sync which
 * comes while somebody types is never undone. Deleting asks once.
 */
import { icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  live,
  nothing,
  type PropertyValues,
  property,
  query,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { tell } from '../base/notices.js';
import { base, dialog, pane } from '../base/styles.js';
import { whenLong } from '../words/time.js';
import { addContact, deleteContact, editContact, MailboxError } from './api.js';
import type { Draft } from './draft.js';
import { type Contact, type MailboxField, nameOf, SECTIONS, type Section } from './fields.js';
import { formStyles } from './mailbox-form.styles.js';
import type { Watch } from './watch.js';

/** How often an edit is made over again because the contact was changed in between. */
const TRIES = 3;

@customElement('mailbox-form')
export class MailboxForm extends LitElement {
  static override styles = [base, pane, dialog, formStyles];

  @property({ attribute: false }) accessor watch!: Watch;
  /** As it is now, or was when it was last there; absent for a new one. */
  @property({ attribute: false }) accessor contact: Contact | undefined;
  @property({ attribute: false }) accessor draft!: Draft;
  /** It was there and is no more. */
  @property({ attribute: false }) accessor gone = false;
  @state() private accessor problem = '';
  @state() private accessor working = false;
  @query('dialog') private accessor question!: HTMLDialogElement;
  @query('form') private accessor form!: HTMLFormElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('draft')) this.problem = '';
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('draft')) return;
    // On a phone the form has the screen for itself, and a keyboard that nobody asked for would cover it.
    if (this.contact === undefined || matchMedia('(min-width: 820px)').matches) void this.#focusFirst();
  }

  protected override render(): TemplateResult {
    const { contact, draft, gone } = this;
    const isNew = contact === undefined;
    const heading = isNew ? 'New contact' : nameOf(contact);
    return html`
      <form @submit=${this.#submit} @keydown=${this.#key} novalidate>
        <div class="bar">
          <fluent-button class="back" appearance="subtle" icon-only @click=${this.#leave}>${icon('back')}<span class="unseen">Back to the list</span></fluent-button>
          <h2 class="cut" dir="auto">${heading}</h2>
          <span class="gap"></span>
          ${isNew || gone ? nothing : html`<fluent-button class="delete" appearance="subtle" icon-only title="Delete" ?disabled=${this.working} @click=${this.#ask}>${icon('delete')}<span class="unseen">Delete</span></fluent-button>`}
          <fluent-button class=${draft.isTouched ? 'discard' : 'close'} appearance="subtle" @click=${this.#cancel}>${draft.isTouched ? 'Discard' : 'Close'}</fluent-button>
          <fluent-button appearance="primary" type="submit" ?disabled=${this.working}>${gone ? 'Add again' : 'Save'}</fluent-button>
        </div>
        <div class="scroll">
          <div class="column">
            ${this.problem === '' ? nothing : html`<fluent-message-bar intent="error" role="alert">${icon('warning', 'icon')}${this.problem}</fluent-message-bar>`}
            ${gone ? html`<fluent-message-bar intent="warning" role="status">${icon('delete', 'icon')}This contact was just deleted elsewhere. What was here is still below; “Add again” makes a new contact of it.</fluent-message-bar>` : nothing}
            ${SECTIONS.map((section) => this.#section(section))}
            ${isNew ? nothing : html`<p class="stamp small quiet">Last changed ${whenLong(Date.parse(contact.lastModifiedDateTime))}. Fields that have no place here stay as they are; Outlook hands out no notes.</p>`}
          </div>
        </div>
      </form>
      <dialog aria-labelledby="heading">
        <h2 id="heading">Delete ${isNew ? 'this contact' : nameOf(contact)} from the mailbox?</h2>
        <p>The next syncs notice that they are gone; a little later they are deleted in the app as well.</p>
        <div class="actions">
          <fluent-button @click=${() => this.question.close()}>Keep</fluent-button>
          <fluent-button appearance="primary" class="really" @click=${this.#delete}>Delete</fluent-button>
        </div>
      </dialog>
    `;
  }

  #section({ label, fields }: Section): TemplateResult {
    return html`
      <fieldset class="surface" data-section=${label}>
        <legend class="unseen">${label}</legend>
        ${fields.length > 1 && fields[0]?.name.includes('Address/') ? html`<p class="small quiet title" aria-hidden="true">${label}</p>` : nothing}
        <div class="fields">${fields.map((field) => this.#field(field))}</div>
      </fieldset>
    `;
  }

  #field({ name, label, input }: MailboxField): TemplateResult {
    const { contact, draft } = this;
    const value = draft.value(contact, name);
    const news = this.gone ? undefined : draft.news(contact, name);
    const type = (event: Event) => {
      draft.type(contact, name, (event.target as HTMLInputElement).value ?? '');
      this.#told();
    };
    const lines = Math.min(4, value.split('\n').length);
    return html`
      <div class="field" data-name=${name} data-input=${input} ?data-news=${news !== undefined}>
        ${
          input === 'lines'
            ? html`<label><span>${label}</span><textarea rows=${lines} autocomplete="off" spellcheck="false" .value=${live(value)} @input=${type}></textarea></label>`
            : input === 'date'
              ? html`<label><span>${label}</span><input type="date" .value=${live(value)} @input=${type}></label>`
              : html`<fluent-text-input type=${input} autocomplete="off" spellcheck="false" .value=${live(value)} @input=${type}>${label}</fluent-text-input>`
        }
        ${news === undefined ? nothing : html`<p class="news small" role="status">${news}</p>`}
      </div>
    `;
  }

  async #focusFirst(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('fluent-text-input')?.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#save();
    if (event.key === 'Escape' && !this.draft.isTouched) this.#leave();
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#save();
  }

  /** The page shows who has something unsaved. */
  #told(): void {
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('typed'));
  }

  #cancel(): void {
    const stays = this.draft.isTouched && this.contact !== undefined && !this.gone;
    this.draft.forget();
    this.problem = '';
    this.#told();
    if (!stays) this.#leave();
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent('done'));
  }

  async #save(): Promise<void> {
    const { draft, contact, gone } = this;
    if (this.working) return;
    if (!draft.isTouched && !gone) {
      if (contact !== undefined) this.#leave();
      else this.problem = 'There is nothing to save yet. Fill in a name, or anything else you know.';
      return;
    }
    const isDate = this.form.querySelector<HTMLInputElement>('input[type=date]');
    if (isDate?.validity.badInput) {
      this.problem = 'The birthday is no whole date. Type day, month and year, or clear it.';
      return;
    }
    await this.#work(async () => {
      const saved =
        contact === undefined || gone ? await addContact(draft.allFields(contact)) : await this.#edit(contact);
      draft.saved(saved);
      this.watch.wrote(saved);
      tell('Saved in the mailbox.');
      if (saved.id !== contact?.id) this.dispatchEvent(new CustomEvent('added', { detail: saved.id }));
    });
  }

  /** Over what is there: if that was changed meanwhile, over that. */
  async #edit(contact: Contact, tries = TRIES): Promise<Contact> {
    try {
      return await editContact(contact, this.draft.fields(contact));
    } catch (error) {
      if (!(error instanceof MailboxError) || error.contact === undefined || tries <= 1) throw error;
      this.watch.overtaken(error.contact);
      return this.#edit(error.contact, tries - 1);
    }
  }

  #ask(): void {
    this.question.showModal();
  }

  async #delete(): Promise<void> {
    this.question.close();
    const { contact, draft } = this;
    if (contact === undefined) return;
    await this.#work(async () => {
      await deleteContact(contact.id);
      draft.forget();
      this.#leave();
      this.watch.removed(contact.id);
      tell(`${nameOf(contact)} is deleted from the mailbox.`);
    });
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.working = true;
    this.problem = '';
    try {
      await work();
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      this.problem = error.message;
    } finally {
      this.working = false;
      this.#told();
    }
  }
}
