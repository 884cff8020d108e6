/**
 * Below a contact: in which systems of record it is, and what is open there.
 * One line for each, quiet while all is well.
 */
import type { Card, SharedBook } from 'contactmesh';
import { type IconName, icon } from '../base/icons.js';
import {
  css,
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  type TemplateResult,
} from '../base/lit.js';
import { Live } from '../base/live.js';
import { complain, tell } from '../base/notices.js';
import { addressOf } from '../base/route.js';
import { base } from '../base/styles.js';
import { type CardLink, readLinks } from '../systems/links.js';
import { plainWords } from '../words/errors.js';
import { type LinkLine, linkLine } from '../words/links.js';

const ICONS: Record<LinkLine['tone'], IconName> = { good: 'link', plain: 'up', warning: 'warning' };

@customElement('card-links')
export class CardLinks extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: block; }
      ul { display: flex; flex-direction: column; gap: 8px; }
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 10px 16px; }
      .icon { color: var(--colorNeutralForeground3); }
      .warning { border-color: light-dark(#e6c26a, #6b5417); background: light-dark(#fff9ea, #2b2411); }
      .warning .icon { color: light-dark(#8a5a00, #f0c75e); }
      .said { flex: 1 1 180px; min-inline-size: 0; overflow-wrap: anywhere; }
      .surface { border: 1px solid var(--colorNeutralStroke3); border-radius: 12px; background: var(--colorNeutralBackground1); }
      li.warning.surface { border-color: light-dark(#e6c26a, #6b5417); background: light-dark(#fff9ea, #2b2411); }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor card!: Card;
  readonly #links = new Live<CardLink[]>(this, (book) => readLinks(book, this.card));
  #unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A run may end without any change of the book.
    this.#unwatch = this.book.connections.onChange(() => this.#links.refresh());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get('card') as Card | undefined;
    if (before !== undefined && before.id !== this.card.id) this.#links.restart();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { value, error } = this.#links;
    if (error !== undefined) return html`<p role="alert">${plainWords(error)}</p>`;
    if (value === undefined || value.length === 0) return nothing;
    return html`<ul aria-label="Elsewhere">${value.map((link) => this.#link(link))}</ul>`;
  }

  #link(link: CardLink): TemplateResult | typeof nothing {
    const line = linkLine(link, this.card);
    if (line === undefined) return nothing;
    const { tone, text, action } = line;
    return html`
      <li class="surface ${tone}">
        ${icon(ICONS[tone])}<span class="said">${text}</span>
        ${action === 'decide' ? html`<a href=${addressOf({ view: 'sync' })}>Decide</a>` : nothing}
        ${action === 'retry' ? html`<fluent-button size="small" @click=${() => this.#retry(link.name)}>Try again</fluent-button>` : nothing}
      </li>
    `;
  }

  async #retry(name: string): Promise<void> {
    try {
      await this.book.systems.retry(name, this.card.id);
      tell('It goes out again with the next sync.');
    } catch (error) {
      complain(plainWords(error));
    }
  }
}
