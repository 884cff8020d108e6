/**
 * What happens with an address that came with a link. An empty book that is
 * connected nowhere takes it at once: that is what the link is for. Otherwise
 * it asks first, because a link from a stranger would send them the contacts.
 */
import type { SharedBook } from 'contactmesh';
import { customElement, html, LitElement, property, query, state, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base, dialog } from '../base/styles.js';
import { isHere, placeOf } from '../sync/connect-link.js';
import { count } from '../words/counts.js';
import { plainWords } from '../words/errors.js';

@customElement('connect-question')
export class ConnectQuestion extends LitElement {
  static override styles = [base, dialog];

  @property({ attribute: false }) accessor book!: SharedBook;
  @state() private accessor asked: { name: string; address: string; place: string; cards: number } | undefined;
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  /** Takes the address, or asks. */
  async take(address: string): Promise<void> {
    const place = placeOf(address);
    if (place === undefined) {
      complain('The link does not hold the address of a flow. Ask for it again, or paste the address under “Sync”.');
      return;
    }
    try {
      const [reports, { cards, deleted }] = await Promise.all([this.book.connections.list(), this.book.status()]);
      // The link is one to a relay: what a mailbox is connected by stays as it is.
      const relays = reports.filter(({ kind }) => kind === 'relay');
      const name = relays[0]?.name ?? 'flow';
      const fresh = reports.length === 0 && cards + deleted === 0;
      // A flow that runs on this machine has another address each time.
      const again = relays.length > 0 && [place, ...relays.map((report) => report.place)].every(isHere);
      if (fresh || again) await this.#connect(name, address);
      else {
        this.asked = { name, address, place, cards };
        await this.updateComplete;
        this.dialog.showModal();
      }
    } catch (error) {
      complain(plainWords(error));
    }
  }

  protected override render(): TemplateResult {
    const { asked } = this;
    return html`
      <dialog aria-labelledby="heading">
        <h2 id="heading">Connect this address book?</h2>
        <p>The link leads to <strong>${asked?.place}</strong>. ${count(asked?.cards ?? 0, 'contact')} on this device will be sent there, and what is there will come here. Go on only if somebody you trust gave you the link.</p>
        <div class="actions">
          <fluent-button @click=${this.#refuse}>Not now</fluent-button>
          <fluent-button appearance="primary" @click=${this.#agree}>Connect</fluent-button>
        </div>
      </dialog>
    `;
  }

  #refuse(): void {
    this.dialog.close();
    this.asked = undefined;
  }

  async #agree(): Promise<void> {
    const { asked } = this;
    this.#refuse();
    if (asked === undefined) return;
    try {
      await this.#connect(asked.name, asked.address);
    } catch (error) {
      complain(plainWords(error));
    }
  }

  async #connect(name: string, url: string): Promise<void> {
    await this.book.connections.connect(name, { url });
    tell('Connected. The first sync has begun.');
  }
}
