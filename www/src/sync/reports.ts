/**
 * The connections of the book for an element that shows them: their reports,
 * kept current, and whether the device says that it is offline.
 */
import type { ConnectionReport, SharedBook } from 'contactmesh';
import type { ReactiveController, ReactiveControllerHost } from '../base/lit.js';

interface Host extends ReactiveControllerHost {
  readonly book: SharedBook;
}

export class Reports implements ReactiveController {
  /** Undefined until they are known. */
  value: ConnectionReport[] | undefined;
  error: unknown;
  online = navigator.onLine;
  readonly #host: Host;
  #stop: (() => void) | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    const { connections } = this.#host.book;
    this.#stop = connections.onChange((reports) => this.#show(reports));
    connections.list().then(
      (reports) => this.#show(reports),
      (error: unknown) => {
        this.error = error;
        this.#host.requestUpdate();
      },
    );
    window.addEventListener('online', this.#network);
    window.addEventListener('offline', this.#network);
  }

  hostDisconnected(): void {
    this.#stop?.();
    window.removeEventListener('online', this.#network);
    window.removeEventListener('offline', this.#network);
  }

  #show(reports: ConnectionReport[]): void {
    this.value = reports;
    this.error = undefined;
    this.#host.requestUpdate();
  }

  readonly #network = (): void => {
    this.online = navigator.onLine;
    this.#host.requestUpdate();
  };
}
