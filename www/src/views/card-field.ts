/**
 * One field of the form: a label and the right kind of input. It holds the
 * typed text and tells of every change; what becomes of it is the form's.
 */
import { css, customElement, html, LitElement, live, property, type TemplateResult } from '../base/lit.js';
import { base } from '../base/styles.js';
import type { Leaf } from '../card/kinds.js';

@customElement('card-field')
export class CardField extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    base,
    css`
      :host { display: block; min-inline-size: 0; }
      fluent-text-input { inline-size: 100%; max-inline-size: none; min-inline-size: 0; }
      label { display: flex; flex-direction: column; gap: 3px; }
      textarea { resize: vertical; padding: 6px 11px; line-height: inherit; }
      select { block-size: 32px; padding-inline: 8px; }
      select, textarea {
        font: inherit;
        inline-size: 100%;
        color: var(--colorNeutralForeground1);
        background: var(--colorNeutralBackground1);
        border: 1px solid var(--colorNeutralStroke1);
        border-block-end-color: var(--colorNeutralStrokeAccessible);
        border-radius: var(--borderRadiusMedium);
      }
      select:focus-visible, textarea:focus-visible { outline: 2px solid var(--colorStrokeFocus2); outline-offset: 1px; }
    `,
  ];

  @property({ attribute: false }) accessor leaf!: Leaf;
  /** A text; for flags their names, with spaces between. */
  @property({ attribute: false }) accessor value = '';
  /** What the label belongs to, for a screen reader: `Phone 2`. */
  @property({ attribute: false }) accessor of = '';

  protected override render(): TemplateResult {
    const { label, input, choices = {} } = this.leaf;
    const unseen = this.of === '' || this.of === label ? '' : `${this.of}: `;
    const text = html`<span class="unseen">${unseen}</span>${label}`;
    if (input === 'choice' || input === 'flags') return this.#select(text, choices);
    if (input === 'area') {
      return html`<label><span>${text}</span>
        <textarea rows="4" .value=${live(this.value)} @input=${this.#typed}></textarea>
      </label>`;
    }
    const type = input === 'date' ? 'text' : input;
    return html`<fluent-text-input type=${type} autocomplete="off" spellcheck="false"
      placeholder=${input === 'date' ? '1980-02-03, or --02-03' : ''} .value=${live(this.value)} @input=${this.#typed}>${text}</fluent-text-input>`;
  }

  #select(text: TemplateResult, choices: Record<string, string>): TemplateResult {
    // Several flags at once, or a value of somebody else's, are an answer of their own.
    const known = this.value === '' || this.value in choices;
    const words = this.value.split(' ').map((name) => choices[name] ?? name);
    return html`
      <label><span>${text}</span>
        <select .value=${live(this.value)} @change=${this.#typed}>
          <option value="" ?selected=${this.value === ''}></option>
          ${known ? '' : html`<option value=${this.value} selected>${words.join(', ')}</option>`}
          ${Object.entries(choices).map(([value, label]) => html`<option value=${value} ?selected=${value === this.value}>${label}</option>`)}
        </select>
      </label>
    `;
  }

  #typed(event: Event): void {
    this.value = (event.target as HTMLInputElement).value;
    this.dispatchEvent(new CustomEvent('typed', { detail: this.value }));
  }
}
