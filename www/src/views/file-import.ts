/**
 * Contact files into the book: dropped anywhere on the window, or chosen. It
 * shows how far it is and then what became of every file. It reads no format
 * itself, and a file is only read, never changed.
 */
import type { FileImport as Imported, SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import { customElement, html, LitElement, nothing, property, query, state, type TemplateResult } from '../base/lit.js';
import { base, dialog } from '../base/styles.js';
import { number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { importReport } from '../words/imports.js';
import { importStyles } from './file-import.styles.js';

const ACCEPTED = '.vcf,.vcard,.json,text/vcard,text/directory,application/json,application/jscontact+json';

interface Outcome {
  file: string;
  imported?: Imported;
  problem?: string;
}

@customElement('file-import')
export class FileImport extends LitElement {
  static override styles = [base, dialog, importStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @state() private accessor dragging = false;
  @state() private accessor working: { file: string; done: number; total: number } | undefined;
  @state() private accessor outcomes: Outcome[] = [];
  @query('input') private accessor input!: HTMLInputElement;
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  choose(): void {
    this.input.click();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      window.addEventListener(name, this.#dragged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      window.removeEventListener(name, this.#dragged);
  }

  protected override render(): TemplateResult {
    return html`
      <input type="file" multiple hidden accept=${ACCEPTED} @change=${this.#chosen}>
      ${this.dragging ? html`<div class="drop"><div>${icon('down')}<p>Drop to import</p><p class="small">vCard or JSContact</p></div></div>` : nothing}
      <dialog aria-labelledby="heading">
        <h2 id="heading">${this.working === undefined ? 'Imported' : 'Importing …'}</h2>
        ${this.working === undefined ? this.outcomes.map((outcome) => this.#outcome(outcome)) : this.#progress(this.working)}
        <div class="actions">
          <fluent-button appearance="primary" ?disabled=${this.working !== undefined} @click=${() => this.dialog.close()}>Done</fluent-button>
        </div>
      </dialog>
    `;
  }

  #progress({ file, done, total }: NonNullable<typeof this.working>): TemplateResult {
    return html`
      <p class="file cut">${file}</p>
      <progress max=${Math.max(1, total)} .value=${done} aria-label="Progress"></progress>
      <p class="quiet small" role="status">${total === 0 ? 'Reading the file …' : `${number(done)} of ${number(total)}`}</p>
    `;
  }

  #outcome({ file, imported, problem }: Outcome): TemplateResult {
    const said = imported === undefined ? undefined : importReport(imported);
    return html`
      <section class="outcome">
        <p class="file cut">${file}</p>
        ${problem === undefined ? nothing : html`<p class="problem" role="alert">${icon('warning')}<span>${problem}</span></p>`}
        ${
          said === undefined
            ? nothing
            : html`
              <p class="summary">${said.summary}</p>
              <ul>${said.lines.map((line) => html`<li>${line}</li>`)}</ul>
              ${said.warnings.map((line) => html`<p class="problem">${icon('warning')}<span>${line}</span></p>`)}
            `
        }
      </section>
    `;
  }

  readonly #dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    // Leaving one element for another inside the window is no leaving.
    const left = event.type === 'dragleave' && event.relatedTarget !== null;
    this.dragging = event.type === 'dragenter' || event.type === 'dragover' || left;
    if (event.type === 'drop') void this.#import([...event.dataTransfer.files]);
  };

  #chosen(): void {
    const files = [...(this.input.files ?? [])];
    // The same file may be chosen again.
    this.input.value = '';
    void this.#import(files);
  }

  async #import(files: File[]): Promise<void> {
    if (files.length === 0 || this.working !== undefined) return;
    this.outcomes = [];
    this.dialog.showModal();
    for (const file of files) {
      this.working = { file: file.name, done: 0, total: 0 };
      this.outcomes = [...this.outcomes, await this.#importOne(file)];
    }
    this.working = undefined;
  }

  async #importOne(file: File): Promise<Outcome> {
    try {
      const imported = await this.book.importFile(file, {
        name: file.name,
        onProgress: (done, total) => {
          this.working = { file: file.name, done, total };
        },
      });
      return { file: file.name, imported };
    } catch (error) {
      return { file: file.name, problem: plainWords(error) };
    }
  }
}
