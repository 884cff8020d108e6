/**
 * The form for one contact, new or there already. It keeps what is typed in a
 * draft and saves only what differs, against the revision that was on screen
 * when it was opened. So what somebody else changed meanwhile is never
 * overwritten: it merges, or becomes a question.
 */
import type { BookChange, SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { goInstead } from '../base/route.js';
import { base, pane } from '../base/styles.js';
import { Draft } from '../card/draft.js';
import { KINDS, type Kind, type Leaf, NAME, SINGLES } from '../card/kinds.js';
import { nameOf } from '../card/sections.js';
import { plainWords } from '../words/errors.js';
import { formStyles } from './card-form.styles.js';
import './card-field.js';

@customElement('card-form')
export class CardForm extends LitElement {
  static override styles = [base, pane, formStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  /** Absent for a new one. */
  @property({ attribute: false }) accessor card: string | undefined;
  @state() private accessor draft: Draft | undefined;
  @state() private accessor heading = '';
  @state() private accessor problem = '';
  /** Somebody else changed the card since it was on screen. */
  @state() private accessor overtaken = false;
  /** What is on screen was typed before, and not saved. */
  @state() private accessor resumed = false;
  @state() private accessor saving = false;
  /** Rarely used fields are shown on request, by section. */
  @state() private accessor opened: ReadonlySet<string> = new Set();
  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.book.onChange((change) => void this.#heard(change));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated || changed.has('card')) void this.#begin();
  }

  protected override render(): TemplateResult {
    const { draft } = this;
    const heading = this.card === undefined ? 'New contact' : `Edit ${this.heading || 'contact'}`;
    return html`
      <form @submit=${this.#submit} @keydown=${this.#key} novalidate>
        <div class="bar">
          <h1 class="cut" dir="auto">${heading}</h1>
          <span class="gap"></span>
          <fluent-button appearance="subtle" @click=${this.#cancel}>Cancel</fluent-button>
          <fluent-button appearance="primary" type="submit" ?disabled=${draft === undefined || this.saving}>Save</fluent-button>
        </div>
        <div class="scroll">
          <div class="column">
            ${this.problem === '' ? nothing : html`<fluent-message-bar intent="error" role="alert">${icon('warning', 'icon')}${this.problem}</fluent-message-bar>`}
            ${this.resumed ? this.#resumedBar() : nothing}
            ${this.overtaken ? this.#overtakenBar() : nothing}
            ${draft === undefined ? nothing : this.#body(draft)}
          </div>
        </div>
      </form>
    `;
  }

  #resumedBar(): TemplateResult {
    return html`<fluent-message-bar intent="info" role="status">
      ${icon('edit', 'icon')}
      Here is what you typed before and did not save.
      <fluent-button slot="actions" size="small" @click=${this.#startOver}>Start over</fluent-button>
    </fluent-message-bar>`;
  }

  #overtakenBar(): TemplateResult {
    return html`<fluent-message-bar intent="info" role="status">
      ${icon('sync', 'icon')}
      This contact was just changed elsewhere. Go on typing: both changes are kept, and where both changed the same, you will be asked.
    </fluent-message-bar>`;
  }

  #body(draft: Draft): TemplateResult {
    const used = KINDS.filter(({ kind }) => draft.entriesOf(kind).length > 0);
    const unused = KINDS.filter(({ kind }) => draft.entriesOf(kind).length === 0);
    return html`
      <fieldset class="surface name">
        <legend class="unseen">Name</legend>
        ${this.#fields(draft, 'name', [...NAME], 'name', 'Name')}
      </fieldset>
      ${used.map((kind) => this.#section(draft, kind))}
      <div class="surface more" role="group" aria-label="Add a field">
        ${unused.map(({ kind, label, icon: name }) => html`<button type="button" class="chip" @click=${() => this.#add(kind)}>${icon(name)}${label}</button>`)}
      </div>
      <fieldset class="surface">
        <legend class="unseen">About the card</legend>
        ${this.#fields(draft, '', SINGLES, 'single', '')}
      </fieldset>
    `;
  }

  #section(draft: Draft, kind: Kind): TemplateResult {
    const entries = draft.entriesOf(kind.kind);
    return html`
      <fieldset class="surface" data-kind=${kind.kind}>
        <legend class="unseen">${kind.label}</legend>
        ${entries.map(
          (entry, index) => html`
            <div class="entry" data-entry=${entry.id}>
              ${this.#fields(draft, `${kind.kind}/${entry.id}`, kind.leaves, `${kind.kind}/${entry.id}`, entries.length > 1 ? `${kind.label} ${index + 1}` : kind.label)}
              <fluent-button class="remove" appearance="subtle" icon-only
                @click=${() => this.#change(() => draft.remove(entry))}>${icon('close')}<span class="unseen">Remove ${kind.label.toLowerCase()} ${index + 1}</span></fluent-button>
            </div>
          `,
        )}
        <button type="button" class="chip plain" @click=${() => this.#add(kind.kind)}>${icon('add')}Add ${kind.label.toLowerCase()}</button>
      </fieldset>
    `;
  }

  #fields(draft: Draft, prefix: string, leaves: Leaf[], section: string, of: string): TemplateResult {
    const at = (leaf: Leaf) => (prefix === '' ? leaf.leaf : `${prefix}/${leaf.leaf}`);
    const open = this.opened.has(section);
    const shown = leaves.filter((leaf) => !leaf.rare || open || draft.get(at(leaf)) !== '');
    return html`
      <div class="fields" data-count=${shown.length}>
        ${shown.map((leaf) => this.#field(draft, at(leaf), leaf, of))}
        ${
          shown.length === leaves.length
            ? nothing
            : html`<span class="rare-place"><button type="button" class="chip plain" @click=${() => this.#open(section)}>More fields<span class="unseen"> for ${of || 'the card'}</span></button></span>`
        }
      </div>
    `;
  }

  #field(draft: Draft, path: string, leaf: Leaf, of: string): TemplateResult {
    const flags = leaf.input === 'flags';
    const value = flags ? draft.flags(path).join(' ') : draft.get(path);
    const set = (text: string) =>
      flags ? draft.setFlags(path, text.split(' ').filter(Boolean)) : draft.set(path, text);
    return html`<card-field .leaf=${leaf} .value=${value} .of=${of} data-path=${path} data-input=${leaf.input}
      @typed=${(event: CustomEvent<string>) => set(event.detail)}></card-field>`;
  }

  async #begin(): Promise<void> {
    this.draft = undefined;
    this.problem = '';
    try {
      if (this.card === undefined) {
        this.draft = Draft.ofNew();
      } else {
        const card = await this.book.card(this.card);
        this.heading = nameOf(card);
        this.draft = Draft.of(card);
        this.overtaken = this.draft.revision !== card.revision;
      }
      this.resumed = this.draft.isChanged;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('card-field')?.focus();
    } catch (error) {
      this.problem = plainWords(error);
    }
  }

  async #heard({ cards }: BookChange): Promise<void> {
    const { card: id, draft } = this;
    if (id === undefined || draft === undefined || this.saving || (cards !== undefined && !cards.includes(id))) return;
    try {
      const { revision } = await this.book.card(id);
      this.overtaken = revision !== draft.revision;
    } catch (error) {
      complain(plainWords(error));
    }
  }

  #change(work: () => void): void {
    work();
    this.requestUpdate();
  }

  #add(kind: string): void {
    const entry = this.draft?.add(kind);
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const place = entry === undefined ? undefined : `[data-kind="${kind}"] [data-entry="${entry.id}"] card-field`;
      if (place !== undefined) this.renderRoot.querySelector<HTMLElement>(place)?.focus();
    });
  }

  #open(section: string): void {
    this.opened = new Set([...this.opened, section]);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#cancel();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#save();
  }

  #startOver(): void {
    this.draft?.forget();
    void this.#begin();
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#save();
  }

  #cancel(): void {
    const changed = this.draft?.isChanged === true;
    if (!changed) this.draft?.forget();
    // What was typed stays until it is saved or thrown away, so that a slip loses nothing.
    if (changed) {
      const { draft } = this;
      tell('Not saved. What you typed is kept in this tab.', { label: 'Throw away', run: () => draft?.forget() });
    }
    if (this.card === undefined) goInstead({ view: 'list' });
    else goInstead({ view: 'card', id: this.card });
  }

  async #save(): Promise<void> {
    const { draft, card } = this;
    if (draft === undefined || this.saving) return;
    const fields = draft.fields();
    if (card === undefined && Object.keys(fields).length === 0) {
      this.problem = 'There is nothing to save yet. Fill in a name, or anything else you know.';
      return;
    }
    this.saving = true;
    this.problem = '';
    try {
      const id = await this.#write(card, fields, draft.revision);
      draft.forget();
      tell('Saved.');
      goInstead({ view: 'card', id });
    } catch (error) {
      this.problem = plainWords(error);
    } finally {
      this.saving = false;
    }
  }

  async #write(
    card: string | undefined,
    fields: ReturnType<Draft['fields']>,
    revision: string | undefined,
  ): Promise<string> {
    if (card === undefined) return (await this.book.create(fields)).id;
    if (Object.keys(fields).length > 0) await this.book.edit(card, fields, revision);
    return card;
  }
}
