/**
 * What can be done with all contacts at once: import, export, and the way to
 * the sync view. The import itself is the app's; it is asked for by an event.
 */
import type { ExportFormat, SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, property, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { go } from '../base/route.js';
import { base } from '../base/styles.js';
import { plainWords } from '../words/errors.js';

const FILES: Record<ExportFormat, { name: string; type: string }> = {
  vcard: { name: 'contacts.vcf', type: 'text/vcard' },
  jscontact: { name: 'contacts.json', type: 'application/json' },
};

@customElement('list-menu')
export class ListMenu extends LitElement {
  static override styles = [
    base,
    css`
      fluent-button { min-inline-size: 32px; inline-size: 32px; padding: 0; }
      fluent-menu-list { min-inline-size: 220px; }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;

  protected override render(): TemplateResult {
    return html`
      <fluent-menu>
        <fluent-button slot="trigger" role="button" appearance="subtle" icon-only title="More">${icon('more')}<span class="unseen">More for all contacts</span></fluent-button>
        <fluent-menu-list role="menu">
          <fluent-menu-item data-do="import" @change=${this.#import}>${icon('down', 'start')}Import a file …</fluent-menu-item>
          <fluent-menu-item data-do="vcard" @change=${() => this.#export('vcard')}>${icon('up', 'start')}Export as vCard</fluent-menu-item>
          <fluent-menu-item data-do="jscontact" @change=${() => this.#export('jscontact')}>${icon('up', 'start')}Export as JSContact</fluent-menu-item>
          <fluent-menu-item data-do="sync" @change=${() => go({ view: 'sync' })}>${icon('sync', 'start')}Sync and this device</fluent-menu-item>
        </fluent-menu-list>
      </fluent-menu>
    `;
  }

  #import(): void {
    this.dispatchEvent(new CustomEvent('choose-file', { bubbles: true, composed: true }));
  }

  async #export(format: ExportFormat): Promise<void> {
    const { name, type } = FILES[format];
    try {
      const text = await this.book.exportBook(format);
      save(new Blob([text], { type }), name);
      tell(`Exported to ${name}, in your downloads.`);
    } catch (error) {
      complain(plainWords(error));
    }
  }
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
