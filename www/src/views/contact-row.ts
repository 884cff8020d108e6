/** One row of the list: face, name, what the person does, and whether something is to be decided. */
import type { Row, SharedBook } from 'contactmesh';
import { css, customElement, html, LitElement, nothing, property, type TemplateResult } from '../base/lit.js';
import { base } from '../base/styles.js';
import { phoneText } from '../card/labels.js';
import { count } from '../words/counts.js';
import './contact-face.js';

@customElement('contact-row')
export class ContactRow extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: flex; align-items: center; gap: 12px; block-size: 100%; padding-inline: 12px; }
      .texts { flex: 1; min-inline-size: 0; }
      .texts > span { display: block; }
      .name { font-weight: var(--fontWeightSemibold); }
      .gone .name { text-decoration: line-through; color: var(--colorNeutralForeground3); }
      .mark {
        flex: none;
        min-inline-size: 20px;
        padding: 0 6px;
        border-radius: 999px;
        text-align: center;
        font-size: var(--fontSizeBase200);
        line-height: 20px;
        font-weight: var(--fontWeightSemibold);
        background: var(--colorPaletteMarigoldBackground2, #f9e2ae);
        color: var(--colorPaletteMarigoldForeground2, #463100);
      }
    `,
  ];

  @property({ attribute: false }) accessor row!: Row;
  @property({ attribute: false }) accessor book!: SharedBook;

  protected override render(): TemplateResult {
    const { name, organization, title, email, phone, conflicts, state, photo, id } = this.row;
    const shown = name || organization || email || (phone === undefined ? '' : phoneText(phone));
    const does = [title, name === '' ? undefined : organization].filter((text) => text !== undefined).join(' · ');
    const below = does || (shown === email ? undefined : email) || (phone === undefined ? '' : phoneText(phone));
    return html`
      <contact-face .name=${shown} .seed=${id} .photo=${photo} .book=${this.book} aria-hidden="true"></contact-face>
      <span class="texts ${state === 'deleted' ? 'gone' : ''}">
        <span class="name cut" dir="auto">${shown || 'No name'}</span>
        <span class="quiet small cut" dir="auto">${below}</span>
      </span>
      ${
        conflicts === 0
          ? nothing
          : html`<span class="mark" title=${count(conflicts, 'question')}>${conflicts}<span class="unseen"> ${conflicts === 1 ? 'question' : 'questions'} to decide</span></span>`
      }
    `;
  }
}
