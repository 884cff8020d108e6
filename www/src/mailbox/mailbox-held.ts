/**
 * A sync that waits for a person because it would take away much at once: what
 * it would do to how many, and two buttons that say what they do. In life the
 * device that drives the mailbox asks this; that of the trial has no screen. It
 * chooses nothing beforehand.
 */
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, property, state, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base } from '../base/styles.js';
import { confirmHeld, MailboxError } from './api.js';
import { type Held, heldWords } from './held-words.js';
import type { Watch } from './watch.js';

@customElement('mailbox-held')
export class MailboxHeld extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: block; flex: none; }
      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 10px 16px;
        padding: 12px 20px;
        background: light-dark(#fff9ea, #2b2411);
        border-block-end: 1px solid light-dark(#e6c26a, #6b5417);
      }
      .icon { color: light-dark(#8a5a00, #f0c75e); }
      .texts { flex: 1 1 320px; min-inline-size: 0; }
      h2 { font-size: var(--fontSizeBase300); line-height: var(--lineHeightBase300); font-weight: var(--fontWeightSemibold); }
      .ways { display: flex; flex-wrap: wrap; gap: 8px; }
      @media (max-width: 560px) { section { padding-inline: 16px; } section > .icon { display: none; } }
    `,
  ];

  @property({ attribute: false }) accessor watch!: Watch;
  @property({ attribute: false }) accessor held!: Held;
  @state() private accessor deciding = false;

  protected override render(): TemplateResult {
    const { title, why, take, keep } = heldWords(this.held);
    return html`
      <section aria-labelledby="held">
        ${icon('warning')}
        <div class="texts">
          <h2 id="held">The sync has stopped to ask: ${title}</h2>
          <p>${why}</p>
        </div>
        <div class="ways">
          <fluent-button data-answer="keep" ?disabled=${this.deciding} @click=${() => this.#decide('keep')}>${keep}</fluent-button>
          <fluent-button data-answer="take" ?disabled=${this.deciding} @click=${() => this.#decide('take')}>${take}</fluent-button>
        </div>
      </section>
    `;
  }

  async #decide(answer: 'take' | 'keep'): Promise<void> {
    this.deciding = true;
    try {
      await confirmHeld(this.held, answer);
      this.watch.answered();
      tell('Decided. The next sync does it.');
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      complain(error.message);
    } finally {
      this.deciding = false;
    }
  }
}
