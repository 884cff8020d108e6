/**
 * What this book can be connected with, and the form for the one that was
 * chosen. What is connected already is not offered again.
 */
import type { ConnectionReport, SharedBook } from 'contactmesh';
import { type IconName, icon } from '../base/icons.js';
import { css, customElement, html, LitElement, property, state, type TemplateResult } from '../base/lit.js';
import { base } from '../base/styles.js';
import './connect-form.js';
import './outlook-form.js';

type Kind = ConnectionReport['kind'];

const CHOICES: { kind: Kind; icon: IconName; label: string; hint: string; about: string }[] = [
  {
    kind: 'relay',
    icon: 'device',
    label: 'Another device',
    hint: 'through a relay flow',
    about:
      'Your devices meet through a flow in your Power Automate: each sends what it changed and gets what the others did. Paste the address that the flow shows in its trigger.',
  },
  {
    kind: 'outlook',
    icon: 'mail',
    label: 'Outlook',
    hint: 'through two flows',
    about:
      'The contacts of a mailbox and these become one: what changes on one side reaches the other. One flow reads, one writes; paste the address that each shows in its trigger. One device does this for all that share these contacts.',
  },
];

@customElement('connect-choice')
export class ConnectChoice extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; gap: 14px; }
      fieldset { border: 0; margin: 0; padding: 0; min-inline-size: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 10px; }
      label { display: flex; align-items: center; gap: 12px; padding: 12px 14px; border: 1px solid var(--colorNeutralStroke2); border-radius: 10px; cursor: pointer; }
      label:hover { background: var(--colorNeutralBackground1Hover); }
      label:has(:checked) { border-color: var(--colorBrandStroke1); box-shadow: inset 0 0 0 1px var(--colorBrandStroke1); background: var(--colorBrandBackground2); }
      label:has(:focus-visible) { outline: 2px solid var(--colorStrokeFocus2); outline-offset: 2px; }
      input { accent-color: var(--colorBrandBackground); inline-size: 18px; block-size: 18px; margin: 0; flex: none; }
      input:focus-visible { outline: none; }
      strong { display: block; font-weight: var(--fontWeightSemibold); }
      .hint { color: var(--colorNeutralForeground2); }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor connected: Kind[] = [];
  @state() private accessor chosen: Kind = 'relay';

  protected override render(): TemplateResult {
    const free = CHOICES.filter(({ kind }) => !this.connected.includes(kind));
    const one = free.find(({ kind }) => kind === this.chosen) ?? free[0];
    if (one === undefined) return html``;
    return html`
      <fieldset @change=${this.#choose}>
        <legend class="unseen">With what</legend>
        ${free.map(
          ({ kind, icon: name, label, hint }) => html`
            <label>
              <input type="radio" name="kind" value=${kind} .checked=${kind === one.kind}>
              ${icon(name)}
              <span><strong>${label}</strong><span class="small hint">${hint}</span></span>
            </label>
          `,
        )}
      </fieldset>
      <p>${one.about}</p>
      ${one.kind === 'relay' ? html`<connect-form .book=${this.book}></connect-form>` : html`<outlook-form .book=${this.book}></outlook-form>`}
    `;
  }

  #choose(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    const one = CHOICES.find(({ kind }) => kind === value);
    if (one !== undefined) this.chosen = one.kind;
  }
}
