/**
 * A run that waits for a person: what it would do to whom, and two buttons that
 * say what they do. It stands out from everything else. What takes something
 * away is asked once more; nothing is chosen beforehand.
 */
import type { SharedBook, SystemHold } from 'contactmesh';
import { icon } from '../base/icons.js';
import { customElement, html, LitElement, nothing, property, query, state, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base, dialog } from '../base/styles.js';
import type { Known } from '../systems/desk.js';
import { number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { heldWords } from '../words/held.js';
import { systemName } from '../words/systems.js';
import { heldStyles } from './held-run.styles.js';
import './person-link.js';

/** How many are named; the number of all is in the title. */
export const NAMED = 10;

@customElement('held-run')
export class HeldRun extends LitElement {
  static override styles = [base, dialog, heldStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  /** What the connection is called. */
  @property({ attribute: false }) accessor name = '';
  @property({ attribute: false }) accessor held!: SystemHold;
  @property({ attribute: false }) accessor known: Known = new Map();
  @state() private accessor deciding = false;
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  protected override render(): TemplateResult {
    const { title, why, take, keep, sure } = heldWords(this.held, systemName(this.name));
    return html`
      <section aria-labelledby="held" role="group">
        <div class="head">
          <span class="mark">${icon('warning')}</span>
          <div><p class="over small">Stopped, to ask you</p><h2 id="held">${title}</h2></div>
        </div>
        <p>${why}</p>
        ${this.#people()}
        <div class="ways">
          <fluent-button appearance="primary" data-answer="keep" ?disabled=${this.deciding} @click=${() => this.#decide('keep')}>${keep}</fluent-button>
          <fluent-button data-answer="take" ?disabled=${this.deciding} @click=${() => (sure === undefined ? this.#decide('take') : this.dialog.showModal())}>${take}${sure === undefined ? '' : ' …'}</fluent-button>
        </div>
      </section>
      <dialog aria-labelledby="sure">
        <h2 id="sure">${sure?.title}</h2>
        <p>${sure?.text}</p>
        <div class="actions">
          <fluent-button @click=${() => this.dialog.close()}>Not now</fluent-button>
          <fluent-button appearance="primary" class="danger" @click=${() => this.#decide('take')}>${take}</fluent-button>
        </div>
      </dialog>
    `;
  }

  /** Those whom the book knows by name; entries of the other side without a contact here are only counted. */
  #people(): TemplateResult {
    const { cards } = this.held;
    const named = cards.filter((id) => this.known.has(id)).slice(0, NAMED);
    const more = cards.length - named.length;
    const rest = named.length === 0 ? `${number(more)} of them` : `and ${number(more)} more`;
    return html`
      <ul class="people">
        ${named.map((id) => html`<li><person-link .person=${this.known.get(id)}></person-link></li>`)}
        ${more === 0 || named.length === 0 ? nothing : html`<li class="quiet more">${rest}</li>`}
      </ul>
    `;
  }

  async #decide(answer: 'take' | 'keep'): Promise<void> {
    this.dialog.close();
    this.deciding = true;
    try {
      await this.book.systems.confirm(this.name, this.held.token, answer);
      tell(`Decided. The next sync with ${systemName(this.name)} does it.`);
    } catch (error) {
      complain(plainWords(error));
    } finally {
      this.deciding = false;
    }
  }
}
