/**
 * One engine: a WebAssembly instance with an open book in it. It is disposable.
 * A trap (a bug, or memory that ran out) ends the instance; the error says so,
 * and whoever holds the engine opens another from the store. Nothing in it is
 * ever the only copy of something acknowledged.
 */
import { ContactmeshError } from './errors.js';
import { createGlue, type Engine as Handle } from './wasm/engine.js';

export type { Handle };

/** How the compiled module is come by; each entry of the package has its own way. */
export type ModuleSource = () => Promise<WebAssembly.Module>;

export const ENGINE_STOPPED = 'engine-stopped';

export class Engine {
  readonly #handle: Handle;
  #stopped = false;

  private constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Opens a book in an instance of its own. */
  static open(module: WebAssembly.Module, records: Iterable<[string, Uint8Array]>): Engine {
    return guarded('opening the book', () => {
      const glue = createGlue();
      glue.initSync({ module });
      const opening = new glue.Opening();
      for (const [key, bytes] of records) opening.add(key, bytes);
      return new Engine(opening.open());
    });
  }

  /** Calls the engine; `doing` says what for, should it stop. */
  call<T>(doing: string, work: (handle: Handle) => T): T {
    if (this.#stopped) throw stopped(doing, undefined);
    try {
      return guarded(doing, () => work(this.#handle));
    } catch (error) {
      if (error instanceof ContactmeshError && error.code === ENGINE_STOPPED) this.#stopped = true;
      throw error;
    }
  }

  /** Ends it from outside: what it knows is not in the store. */
  stop(): void {
    this.#stopped = true;
  }
}

function guarded<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // A RangeError is the JavaScript stack or a memory that cannot grow: the instance is in an unknown state.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw stopped(doing, error);
    throw withCode(error);
  }
}

function stopped(doing: string, cause: unknown): ContactmeshError {
  const message = `${doing}: the engine stopped and is opened again from the store; nothing acknowledged is lost. If it stops again, export the book and report this`;
  return new ContactmeshError(ENGINE_STOPPED, message, { cause });
}

/** Errors of the engine carry a code; they become errors of the package. */
function withCode(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return new ContactmeshError(error.code, error.message);
  }
  return error;
}
