/**
 * Runs tasks one after the other, in the order in which they were asked for. A
 * task that fails fails alone. It knows nothing of what the tasks do.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.then(ignore, ignore);
    return result;
  }
}

function ignore(): void {}
