/**
 * A person's face: the photo if this device has it, else the initials on a
 * colour that is always the same for the same card. Only picture types that no
 * script can hide in are shown.
 */
import type { SharedBook } from 'contactmesh';
import {
  css,
  customElement,
  html,
  LitElement,
  type PropertyValues,
  property,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { base } from '../base/styles.js';

/** What the first bytes of a picture say it is. */
const SIGNATURES: [string, number[]][] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];
const HUES = [178, 205, 235, 265, 300, 335, 12, 32, 75, 140];

@customElement('contact-face')
export class ContactFace extends LitElement {
  static override styles = [
    base,
    css`
      :host { --face-size: 40px; display: block; flex: none; inline-size: var(--face-size); block-size: var(--face-size); }
      .face {
        inline-size: 100%;
        block-size: 100%;
        border-radius: 50%;
        display: grid;
        place-items: center;
        overflow: hidden;
        font-weight: var(--fontWeightSemibold);
        font-size: calc(var(--face-size) * 0.38);
        line-height: 1;
        background: light-dark(hsl(var(--face-hue) 55% 90%), hsl(var(--face-hue) 30% 24%));
        color: light-dark(hsl(var(--face-hue) 70% 24%), hsl(var(--face-hue) 55% 82%));
      }
      img { inline-size: 100%; block-size: 100%; object-fit: cover; }
    `,
  ];

  @property({ attribute: false }) accessor name = '';
  /** Decides the colour. */
  @property({ attribute: false }) accessor seed = '';
  /** The SHA-256 of the photo. */
  @property({ attribute: false }) accessor photo: string | undefined;
  @property({ attribute: false }) accessor book: SharedBook | undefined;
  @state() private accessor address: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#show(undefined);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('photo')) void this.#load();
  }

  protected override render(): TemplateResult {
    const hue = HUES[[...this.seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % HUES.length];
    return html`
      <div class="face" .style=${`--face-hue: ${hue}`}>
        ${this.address === undefined ? html`<span>${initials(this.name)}</span>` : html`<img src=${this.address} alt="">`}
      </div>
    `;
  }

  async #load(): Promise<void> {
    const { photo, book } = this;
    if (photo === undefined || book === undefined) return this.#show(undefined);
    // Without its bytes, or with a book that just closed, the initials do.
    const bytes = await book.blob(photo).catch(() => undefined);
    if (photo !== this.photo || !this.isConnected) return;
    const type = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes?.[index] === byte))?.[0];
    const blob = bytes === undefined || type === undefined ? undefined : new Blob([Uint8Array.from(bytes)], { type });
    this.#show(blob);
  }

  #show(blob: Blob | undefined): void {
    if (this.address !== undefined) URL.revokeObjectURL(this.address);
    this.address = blob === undefined ? undefined : URL.createObjectURL(blob);
  }
}

/** Of the first and the last word that begin with a letter. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word) && !word.endsWith('.'));
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => (word === undefined ? '' : ([...word][0] ?? '')))
    .join('')
    .toLocaleUpperCase();
}
