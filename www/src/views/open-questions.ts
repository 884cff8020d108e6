/**
 * What is to be decided about one card: every answer side by side, with who
 * gave it and when, and one click to keep it. The click is sent with the
 * revision that was on screen: an answer that came meanwhile is asked about
 * again rather than lost.
 */
import type { Card, Conflict, SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import { customElement, html, LitElement, nothing, property, state, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base } from '../base/styles.js';
import { count } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { type Answer, answersTo, questionText } from '../words/questions.js';
import { whenLong } from '../words/time.js';
import { writersText } from '../words/writers.js';
import { questionStyles } from './open-questions.styles.js';

@customElement('open-questions')
export class OpenQuestions extends LitElement {
  static override styles = [base, questionStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor card!: Card;
  /** The id of this replica, to say `this device`. */
  @property({ attribute: false }) accessor own = '';
  @state() private accessor deciding = false;

  protected override render(): TemplateResult | typeof nothing {
    const { conflicts } = this.card;
    if (conflicts.length === 0) return nothing;
    return html`
      <section aria-label="To decide">
        <h2>${icon('question')}${count(conflicts.length, 'question')} to decide</h2>
        <p class="small intro">Changes met that could not both be right. Nothing is lost; choose what the contact shall show.</p>
        ${conflicts.map((conflict) => this.#question(conflict))}
      </section>
    `;
  }

  #question(conflict: Conflict): TemplateResult {
    return html`
      <div class="question" data-path=${conflict.path}>
        <p class="asked">${questionText(conflict, this.card)}</p>
        <ul>${answersTo(conflict).map((answer) => html`<li>${this.#answer(conflict, answer)}</li>`)}</ul>
      </div>
    `;
  }

  #answer({ path }: Conflict, { number, main, parts, shown, action, candidate }: Answer): TemplateResult {
    const times = candidate.writers.map(({ time }) => whenLong(time)).join('\n');
    return html`
      <div class="answer">
        ${main === '' ? nothing : html`<span class="main" dir="auto">${main}</span>`}
        ${parts.length === 0 ? nothing : html`<dl>${parts.map(({ label, value }) => html`<div><dt>${label}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`}
        <span class="who small" title=${times}>${writersText(candidate.writers, this.own)}</span>
        <span class="foot">
          <fluent-button size="small" appearance=${shown ? 'primary' : 'outline'} ?disabled=${this.deciding} @click=${() => this.#decide(path, number)}>
            ${action}<span class="unseen">: ${main || parts.map(({ value }) => value).join(' ')}</span>
          </fluent-button>
          ${shown ? html`<span class="small quiet">shown now</span>` : nothing}
        </span>
      </div>
    `;
  }

  async #decide(path: string, number: number): Promise<void> {
    const { id, revision } = this.card;
    this.deciding = true;
    try {
      await this.book.resolve(id, path, number, revision);
      tell('Decided. The other devices hear of it with the next sync.');
    } catch (error) {
      complain(plainWords(error));
    } finally {
      this.deciding = false;
    }
  }
}
