/**
 * What a command of the command line is: its words for people, its options, and
 * a function from a call to a result. A command prints nothing itself, so that
 * `--json` and plain words can never disagree about what happened.
 */
import type { ParseArgsConfig } from 'node:util';

export interface Option {
  type: 'string' | 'boolean';
  /** What stands for the value in the help, such as `N`. */
  value?: string;
  /** Whether it may be given several times. */
  repeated?: boolean;
  help: string;
}

export type Options = Record<string, Option>;

export interface Command {
  name: string;
  /** What follows the name, such as `ID [ID…]`. */
  operands: string;
  summary: string;
  options: Options;
  /** Lines for `help NAME`, under the options. */
  details: string;
  /** How many operands it takes. */
  least: number;
  most: number;
  run(call: Call): Promise<Result>;
}

/** What the user typed, and the way to the terminal. */
export interface Call {
  operands: string[];
  text(option: string): string | undefined;
  /** Every value of an option that may be given several times. */
  texts(option: string): string[];
  flag(option: string): boolean;
  /** The n-th operand; the caller knows that there is one. */
  operand(n: number): string;
  /** Says something to people, whatever becomes of the command. */
  note(line: string): void;
  /** Shows how far something is, on a terminal. */
  progress(what: string): (done: number, total: number) => void;
}

export interface Result {
  /** The document for `--json`. */
  json: unknown;
  /** The same for people; ends with a line break unless it is empty. */
  text(): string;
  /** 0 if absent. */
  exit?: number;
}

export type ParseOptions = NonNullable<ParseArgsConfig['options']>;
