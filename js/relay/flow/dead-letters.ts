/**
 * Chunks that a flow refuses for good, kept until a person decides: to try them
 * again, or to drop them. The port, and a keeper in memory for tests; a keeper
 * in files is with the connections. A letter's chunk is personal data, its
 * reason is not.
 */

export interface DeadLetter {
  /** The chunk's hash, which is its name on the relay too. */
  hash: string;
  /** The flow's reason, without secrets. */
  reason: string;
  /** Milliseconds since 1970. */
  time: number;
  /** How often it was refused. */
  attempts: number;
  /** Whether a person asked for another try. */
  retry: boolean;
  bytes: Uint8Array;
}

export interface DeadLetters {
  /** By hash, ascending. */
  list(): Promise<DeadLetter[]>;
  /** Durable when it resolves; one of the same hash is replaced. */
  put(letter: DeadLetter): Promise<void>;
  /** One that is not there is fine. */
  remove(hash: string): Promise<void>;
}

export class MemoryDeadLetters implements DeadLetters {
  readonly #letters = new Map<string, DeadLetter>();

  async list(): Promise<DeadLetter[]> {
    return [...this.#letters.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  }

  async put(letter: DeadLetter): Promise<void> {
    this.#letters.set(letter.hash, letter);
  }

  async remove(hash: string): Promise<void> {
    this.#letters.delete(hash);
  }
}
