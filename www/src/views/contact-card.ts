/**
 * One contact, to read: who it is, what is to be decided, everything that is
 * known. It follows every change of the card, whoever makes it.
 */
import type { Card, SharedBook, Writer } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  type TemplateResult,
} from '../base/lit.js';
import { concernsCard, Live } from '../base/live.js';
import { complain, tell } from '../base/notices.js';
import { addressOf, go } from '../base/route.js';
import { base, pane } from '../base/styles.js';
import { type Origins, originOf, originsOf } from '../card/origins.js';
import { type Entry, othersOf, photoOf, type Section, sectionsOf } from '../card/sections.js';
import { plainWords } from '../words/errors.js';
import { systemName } from '../words/systems.js';
import { originText } from '../words/writers.js';
import './card-links.js';
import { cardStyles } from './contact-card.styles.js';
import './contact-face.js';
import './open-questions.js';

interface Told {
  card: Card;
  origins: Origins;
}

@customElement('contact-card')
export class ContactCard extends LitElement {
  static override styles = [base, pane, cardStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor card = '';

  readonly #card = new Live<Told>(
    this,
    async (book) => {
      const [card, history] = await Promise.all([book.card(this.card), book.history(this.card)]);
      return { card, origins: originsOf(card, history) };
    },
    (change) => concernsCard(this.card)(change),
  );

  /** The id of this replica never changes while it is open. */
  readonly #own = new Live<string>(
    this,
    async (book) => (await book.status()).replica,
    () => false,
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('card') && this.hasUpdated) this.#card.restart();
  }

  protected override render(): TemplateResult {
    const { value } = this.#card;
    if (value === undefined) return html`${this.#bar()}<div class="scroll">${this.#missing()}</div>`;
    const { card } = value;
    const sections = sectionsOf(card);
    return html`
      ${this.#bar(card)}
      <div class="scroll">
        <article class="column" aria-label=${card.name || 'Contact without a name'}>
          ${card.state === 'deleted' ? this.#gone(card) : nothing}
          ${this.#head(card)}
          <open-questions .book=${this.book} .card=${card} .own=${this.#own.value ?? ''}></open-questions>
          ${sections.length === 0 ? nothing : html`<div class="surface sections">${sections.map((section) => this.#section(section, value))}</div>`}
          ${this.#others(card)}
          <card-links .book=${this.book} .card=${card}></card-links>
        </article>
      </div>
    `;
  }

  #bar(card?: Card): TemplateResult {
    const live = card?.state === 'live';
    return html`
      <div class="bar">
        <fluent-button class="back" appearance="subtle" icon-only @click=${() => go({ view: 'list' })}>${icon('back')}<span class="unseen">Back to the list</span></fluent-button>
        <span class="gap"></span>
        ${card === undefined ? nothing : html`<fluent-button appearance="subtle" @click=${() => go({ view: 'history', id: card.id })}>${icon('history', 'start')}History</fluent-button>`}
        ${live ? html`<fluent-button appearance="subtle" @click=${() => this.#delete(card)}>${icon('delete', 'start')}Delete</fluent-button>` : nothing}
        ${live ? html`<fluent-button appearance="primary" @click=${() => go({ view: 'edit', id: card.id })}>${icon('edit', 'start')}Edit</fluent-button>` : nothing}
      </div>
    `;
  }

  #missing(): TemplateResult {
    const { error } = this.#card;
    if (error === undefined) return html`<fluent-spinner size="small"></fluent-spinner>`;
    return html`<h1 class="unseen">Contact</h1><p class="missing" role="alert">${plainWords(error)} <a href=${addressOf({ view: 'list' })}>Back to the list</a></p>`;
  }

  #gone(card: Card): TemplateResult {
    return html`
      <fluent-message-bar intent="warning">
        ${icon('delete', 'icon')}
        This contact is deleted. It stays here until somebody restores it.
        <fluent-button slot="actions" size="small" @click=${() => this.#restore(card)}>Restore</fluent-button>
      </fluent-message-bar>
    `;
  }

  #head(card: Card): TemplateResult {
    const name = card.name;
    const first = (kind: string, leaf: string) => {
      const id = card.elements[kind]?.[0];
      return id === undefined ? '' : String(card.fields[`${kind}/${id}/${leaf}`] ?? '');
    };
    const does = [first('titles', 'name'), first('organizations', 'name')].filter(Boolean).join(' · ');
    const shown = name || 'No name';
    return html`
      <header class="head">
        <contact-face .name=${shown} .seed=${card.id} .photo=${photoOf(card)?.blob} .book=${this.book} aria-hidden="true"></contact-face>
        <div>
          <h1 dir="auto">${shown}</h1>
          ${does === '' || does === shown ? nothing : html`<p class="quiet" dir="auto">${does}</p>`}
        </div>
      </header>
    `;
  }

  #section({ kind, label, icon: name, entries }: Section, { card, origins }: Told): TemplateResult {
    return html`
      <section class="section" data-kind=${kind} aria-label=${label}>
        <h2>${icon(name)}<span>${label}</span></h2>
        <ul>${entries.map((entry) => html`<li>${this.#entry(entry, kind, originOf(origins, card, kind, entry.id))}</li>`)}</ul>
      </section>
    `;
  }

  #entry({ main, href, lines, tags }: Entry, kind: string, origin: Writer | undefined): TemplateResult {
    const outside = href?.startsWith('https:') ? '_blank' : nothing;
    return html`
      <div class="entry">
        <div class="texts">
          ${
            href === undefined
              ? html`<span class="main ${kind === 'notes' ? 'long' : ''}" dir="auto">${main}</span>`
              : html`<a class="main" dir="auto" href=${href} target=${outside} rel="noopener noreferrer">${main}</a>`
          }
          ${lines.map((text) => html`<span class="line" dir="auto">${text}</span>`)}
        </div>
        ${tags.length === 0 && origin === undefined ? nothing : html`<div class="tags">${tags.map((tag) => html`<span class="tag">${tag}</span>`)}${origin === undefined ? nothing : this.#origin(origin)}</div>`}
      </div>
    `;
  }

  /** Where a value came from, where that was no person: the sync that brought it is in the tooltip and in the history. */
  #origin(writer: Writer): TemplateResult {
    return html`<a class="tag origin" title=${originText(writer)} href=${addressOf({ view: 'history', id: this.card })}><span class="unseen">From </span>${systemName(writer.system ?? '')}</a>`;
  }

  #others(card: Card): TemplateResult | typeof nothing {
    const others = othersOf(card);
    if (others.length === 0) return nothing;
    return html`
      <details class="surface others">
        <summary>Other values (${others.length})</summary>
        <dl>${others.map(({ label, value }) => html`<div><dt>${label}</dt><dd dir="auto">${value}</dd></div>`)}</dl>
      </details>
    `;
  }

  async #delete({ id, revision, ...card }: Card): Promise<void> {
    try {
      await this.book.delete(id, revision);
      const name = card.name || 'Contact';
      tell(`${name} deleted.`, { label: 'Undo', run: () => this.#bringBack(id) });
      go({ view: 'list' });
    } catch (error) {
      complain(plainWords(error));
    }
  }

  async #restore({ id }: Card): Promise<void> {
    await this.#bringBack(id);
  }

  async #bringBack(id: string): Promise<void> {
    try {
      await this.book.restore(id);
      tell('Restored.', { label: 'Show', run: () => go({ view: 'card', id }) });
    } catch (error) {
      complain(plainWords(error));
    }
  }
}
