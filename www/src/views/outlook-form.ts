/**
 * Where the addresses of the two Outlook flows are pasted. They go into the
 * book's connections and are then forgotten here; they are in no message. If
 * another device syncs with the mailbox, it asks before that one is replaced.
 */
import { type ConnectOptions, isContactmeshError, type SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  css,
  customElement,
  html,
  LitElement,
  nothing,
  property,
  query,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { tell } from '../base/notices.js';
import { base, dialog } from '../base/styles.js';
import { typed } from '../base/typed.js';
import { plainWords } from '../words/errors.js';

type Asked = Extract<ConnectOptions, { kind: 'outlook' }>;

@customElement('outlook-form')
export class OutlookForm extends LitElement {
  static override styles = [
    base,
    dialog,
    css`
      :host { display: block; }
      form { display: flex; flex-direction: column; gap: 12px; align-items: stretch; }
      fluent-text-input { max-inline-size: none; }
      form > fluent-button { align-self: flex-start; }
      details fluent-text-input { margin-block-start: 8px; }
      summary { cursor: pointer; color: var(--colorBrandForegroundLink); inline-size: fit-content; border-radius: 4px; }
      .problem { display: flex; gap: 8px; color: var(--colorPaletteRedForeground1); }
      .hint { margin-block-start: 8px; }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  /** The connection that gets the addresses; it is made if there is none. */
  @property({ attribute: false }) accessor name = 'outlook';
  @property({ attribute: false }) accessor folder = '';
  /** Another device is known to sync with it. */
  @property({ attribute: false }) accessor elsewhere = false;
  @state() private accessor problem = '';
  @state() private accessor connecting = false;
  /** What waits for the answer to the question; kept no longer. */
  #asked: Asked | undefined;
  @query('[data-field=pull]') private accessor pull!: HTMLInputElement;
  @query('[data-field=apply]') private accessor apply!: HTMLInputElement;
  @query('[data-field=folder]') private accessor folderInput!: HTMLInputElement;
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  protected override render(): TemplateResult {
    return html`
      <form @submit=${this.#submit} novalidate>
        <fluent-text-input data-field="pull" type="password" autocomplete="off" spellcheck="false" placeholder="https://…">Address of the flow “Outlook Pull”</fluent-text-input>
        <fluent-text-input data-field="apply" type="password" autocomplete="off" spellcheck="false" placeholder="https://…">Address of the flow “Outlook Apply”</fluent-text-input>
        <details ?open=${this.folder !== ''}>
          <summary>Another folder than “Contacts”?</summary>
          <fluent-text-input data-field="folder" autocomplete="off" spellcheck="false" placeholder="Contacts" .value=${this.folder}>Name of the folder in Outlook</fluent-text-input>
        </details>
        ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${icon('warning')}<span>${this.problem}</span></p>`}
        <fluent-button type="submit" appearance="primary" ?disabled=${this.connecting}>Connect</fluent-button>
      </form>
      <p class="hint small quiet">Whoever has these addresses can read and change the contacts in this mailbox. They are stored sealed in this browser and never shown again.</p>
      <dialog aria-labelledby="heading" @cancel=${this.#leave}>
        <h2 id="heading">Sync with Outlook from this device instead?</h2>
        <p>Another device does it now, and one at a time can. If you go on, this one does from now on, and the other one is refused: it stops, and says why. Nothing is lost on either. If the other device is all right, leave it.</p>
        <div class="actions">
          <fluent-button @click=${this.#leave}>Leave it there</fluent-button>
          <fluent-button appearance="primary" @click=${this.#takeOver}>Take over here</fluent-button>
        </div>
      </dialog>
    `;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const [pullUrl, applyUrl] = [typed(this.pull), typed(this.apply)];
    const folder = typed(this.folderInput);
    this.problem =
      pullUrl === '' || applyUrl === '' ? 'Paste both addresses; each flow shows its own in its trigger.' : '';
    if (this.problem !== '') return;
    const asked: Asked = { kind: 'outlook', pullUrl, applyUrl, ...(folder === '' ? {} : { folders: [folder] }) };
    this.pull.value = '';
    this.apply.value = '';
    if (this.elsewhere) this.#ask(asked);
    else void this.#connect(asked);
  }

  #ask(asked: Asked): void {
    this.#asked = asked;
    this.dialog.showModal();
  }

  readonly #leave = (): void => {
    this.#asked = undefined;
    this.dialog.close();
  };

  readonly #takeOver = (): void => {
    const asked = this.#asked;
    this.#leave();
    if (asked !== undefined) void this.#connect({ ...asked, takeOver: true });
  };

  async #connect(asked: Asked): Promise<void> {
    this.connecting = true;
    try {
      await this.book.connections.connect(this.name, asked);
      tell('Connected. The first sync with Outlook has begun.');
    } catch (error) {
      if (isContactmeshError(error, 'not-driver') && !asked.takeOver) this.#ask(asked);
      else this.problem = plainWords(error);
    } finally {
      this.connecting = false;
    }
  }
}
