/**
 * Somebody in a mailbox who may be somebody here: both sides, and the answer
 * with one click. It proposes nothing itself; who may be who, the book says.
 */
import type { Card, ParkedRow, SharedBook } from 'contactmesh';
import { customElement, html, LitElement, nothing, property, state, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { addressOf } from '../base/route.js';
import { base } from '../base/styles.js';
import { sectionsOf } from '../card/sections.js';
import type { Known } from '../systems/desk.js';
import { plainWords } from '../words/errors.js';
import { systemName } from '../words/systems.js';
import './contact-face.js';
import { samePersonStyles } from './same-person.styles.js';

/** Lines that tell somebody from a namesake: here, and in a mailbox. */
const TELLING = ['emails', 'phones', 'organizations'];
const TELLING_THERE = /^(emailAddresses|businessPhones|homePhones|mobilePhone|companyName)\b/;
const LINES = 4;

@customElement('same-person')
export class SamePerson extends LitElement {
  static override styles = [base, samePersonStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor name = '';
  @property({ attribute: false }) accessor row!: ParkedRow;
  @property({ attribute: false }) accessor known: Known = new Map();
  @state() private accessor deciding = false;

  protected override render(): TemplateResult {
    const { row, known } = this;
    const system = systemName(this.name);
    const cards = row.cards.flatMap((id) => known.get(id) ?? []);
    const called = row.called || 'Somebody without a name';
    const there = row.fields.flatMap(({ slot, text }) => (TELLING_THERE.test(slot) ? [text] : []));
    return html`
      <div class="pair" role="group" aria-label="Is this the same person?">
        <div class="sides">
          <div class="side">
            <p class="where small">In ${system}</p>
            <p class="who"><contact-face .name=${called} .seed=${row.row} aria-hidden="true"></contact-face><strong dir="auto">${called}</strong></p>
            ${this.#lines(there)}
          </div>
          ${cards.map((card) => this.#here(card, cards.length > 1))}
        </div>
        <div class="ways">
          ${cards.length === 1 ? html`<fluent-button data-answer="same" ?disabled=${this.deciding} @click=${() => this.#decide(cards[0]?.id ?? null)}>The same person</fluent-button>` : nothing}
          <fluent-button data-answer="other" ?disabled=${this.deciding} @click=${() => this.#decide(null)}>${cards.length > 1 ? 'None of them' : 'Two people'}</fluent-button>
        </div>
      </div>
    `;
  }

  #here(card: Card, several: boolean): TemplateResult {
    const shown = card.name || 'No name';
    const lines = sectionsOf(card).filter(({ kind }) => TELLING.includes(kind));
    const texts = lines.flatMap(({ entries }) => entries.map(({ main }) => main));
    return html`
      <div class="side">
        <p class="where small">Here</p>
        <p class="who"><contact-face .name=${shown} .seed=${card.id} aria-hidden="true"></contact-face><a href=${addressOf({ view: 'card', id: card.id })} dir="auto">${shown}</a></p>
        ${this.#lines(texts)}
        ${several ? html`<fluent-button size="small" data-answer="same" ?disabled=${this.deciding} @click=${() => this.#decide(card.id)}>The same as this one</fluent-button>` : nothing}
      </div>
    `;
  }

  #lines(texts: string[]): TemplateResult | typeof nothing {
    if (texts.length === 0) return nothing;
    return html`<ul class="lines small">${texts.slice(0, LINES).map((text) => html`<li dir="auto">${text}</li>`)}</ul>`;
  }

  async #decide(card: string | null): Promise<void> {
    this.deciding = true;
    try {
      await this.book.systems.decide(this.name, this.row.row, card);
      const system = systemName(this.name);
      tell(
        card === null
          ? `Two people. The one in ${system} becomes a contact here with the next sync.`
          : `One person. The next sync joins them; where they differ, you are asked.`,
      );
    } catch (error) {
      complain(plainWords(error));
    } finally {
      this.deciding = false;
    }
  }
}
