/**
 * The way to the terminal: results on stdout, everything for people besides on
 * stderr. A reader that went away (`| head`) is no failure; a disk that is full
 * is one.
 */
import { ContactmeshError } from '../errors.js';
import { cut, line } from './text.js';

/** How often a terminal is told about progress, in milliseconds. */
const EVERY = 100;

export class Output {
  #shown = false;

  constructor() {
    // The callbacks of the writes hear of errors too; without a listener the process would end.
    process.stdout.on('error', () => {});
    process.stderr.on('error', () => {});
  }

  /** The width to fit a table into; undefined if it goes to a file or another program. */
  static get width(): number | undefined {
    // Some terminals do not say how wide they are: 0.
    return process.stdout.isTTY ? process.stdout.columns || undefined : undefined;
  }

  async result(text: string): Promise<void> {
    this.#clear();
    if (text === '') return;
    const error = await new Promise<Error | null | undefined>((settle) => {
      process.stdout.write(text, (failure) => settle(failure));
    });
    if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw new ContactmeshError(
      'output-failed',
      `writing the result: ${error.message}; what the command did to the book stands, run \`contactmesh status\` to see it`,
      { cause: error },
    );
  }

  note(text: string): void {
    this.#clear();
    process.stderr.write(`${line(text)}\n`);
  }

  progress(what: string): (done: number, total: number) => void {
    if (!process.stderr.isTTY) return () => {};
    let last = 0;
    return (done, total) => {
      if (Date.now() - last < EVERY) return;
      last = Date.now();
      const text = `${line(what)}  ${done}${total > 0 ? ` of ${total}` : ''}`;
      this.#clear();
      process.stderr.write(cut(text, (process.stderr.columns || 80) - 1));
      this.#shown = true;
    };
  }

  /** Takes a progress line away before anything else is written. */
  #clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
