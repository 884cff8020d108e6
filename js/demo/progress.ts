/** A progress bar on stderr, and nothing where nobody watches. */
const WIDTH = 24;

export class Bar {
  readonly #what: string;
  #shown = '';

  constructor(what: string) {
    this.#what = what;
  }

  show(done: number, total: number): void {
    const part = total > 0 ? Math.min(done / total, 1) : 0;
    const filled = Math.round(part * WIDTH);
    const line = `${this.#what} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.round(part * 100)} %`;
    if (line === this.#shown || !process.stderr.isTTY) return;
    this.#shown = line;
    process.stderr.write(`\r${line}`);
  }

  /** Makes room for a line of text. */
  clear(): void {
    if (this.#shown !== '') process.stderr.write(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }

  end(): void {
    this.clear();
  }
}
