/**
 * The rows of a long list, fetched page by page as they come into view. After
 * a change the pages in view are fetched again, and the old rows stay until the
 * new ones are there, so that nothing flickers. It knows nothing of pixels.
 */
import type { List, ListQuery, Row } from 'contactmesh';

const PAGE = 100;
/** Pages that are kept; those out of view are dropped first. */
const MOST_PAGES = 20;

export class RowPages {
  total = 0;
  /** Whether the first answer is there. */
  known = false;
  readonly #ask: (query: ListQuery) => Promise<List>;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  #query: ListQuery = {};
  #pages = new Map<number, Row[]>();
  #asked = new Set<number>();
  #view: [number, number] = [0, 0];
  /** Answers of an earlier question are passed over. */
  #question = 0;

  constructor(ask: (query: ListQuery) => Promise<List>, onChange: () => void, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  at(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Another question: its rows have nothing to do with those on screen. */
  ask(query: ListQuery): void {
    this.#query = query;
    this.#view = [0, 0];
    this.refresh();
  }

  /** What is in view now; fetches what is missing of it. */
  show(first: number, last: number): void {
    this.#view = [Math.floor(first / PAGE), Math.floor(Math.max(first, last) / PAGE)];
    for (let page = this.#view[0]; page <= this.#view[1]; page += 1) {
      if (!this.#pages.has(page)) void this.#fetch(page);
    }
  }

  /** The same question again, because the book changed. */
  refresh(): void {
    this.#question += 1;
    this.#asked = new Set();
    const [first, last] = this.#view;
    for (let page = first; page <= last; page += 1) void this.#fetch(page);
  }

  async #fetch(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const question = this.#question;
    try {
      const { rows, total } = await this.#ask({ ...this.#query, offset: page * PAGE, limit: PAGE });
      if (question !== this.#question) return;
      this.#keep(page, rows, total);
    } catch (error) {
      if (question === this.#question) this.#onError(error);
    }
  }

  #keep(page: number, rows: Row[], total: number): void {
    const [first, last] = this.#view;
    // Pages out of view that were not asked for again may hold rows of before.
    for (const old of this.#pages.keys()) {
      const stale = !this.#asked.has(old);
      const far = this.#pages.size >= MOST_PAGES && (old < first || old > last);
      if (stale || far) this.#pages.delete(old);
      if (far) this.#asked.delete(old);
    }
    this.#pages.set(page, rows);
    this.total = total;
    this.known = true;
    this.#onChange();
  }
}
