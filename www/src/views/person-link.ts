/** A person named in passing: face and name, leading to the contact. One that is not here is said to be so. */
import type { Card } from 'contactmesh';
import { css, customElement, html, LitElement, property, type TemplateResult } from '../base/lit.js';
import { addressOf } from '../base/route.js';
import { base } from '../base/styles.js';
import './contact-face.js';

@customElement('person-link')
export class PersonLink extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: inline-flex; max-inline-size: 100%; min-inline-size: 0; }
      a, span.none { display: inline-flex; align-items: center; gap: 8px; min-inline-size: 0; padding: 3px 10px 3px 4px; border-radius: 999px; border: 1px solid var(--colorNeutralStroke2); background: var(--colorNeutralBackground1); color: var(--colorNeutralForeground1); text-decoration: none; }
      a:hover { background: var(--colorNeutralBackground1Hover); text-decoration: underline; }
      a:focus-visible { border-radius: 999px; }
      contact-face { --face-size: 24px; flex: none; }
      span.none { padding-inline-start: 10px; color: var(--colorNeutralForeground3); }
    `,
  ];

  @property({ attribute: false }) accessor person: Pick<Card, 'id' | 'name'> | undefined;

  protected override render(): TemplateResult {
    const { person } = this;
    if (person === undefined) return html`<span class="none">somebody who is not here</span>`;
    const name = person.name || 'No name';
    return html`<a href=${addressOf({ view: 'card', id: person.id })}><contact-face .name=${name} .seed=${person.id} aria-hidden="true"></contact-face><span class="cut" dir="auto">${name}</span></a>`;
  }
}
