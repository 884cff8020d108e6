/**
 * Every function that needs nothing of the run, by its name in lower case. What
 * is not here, nor among those of reader.ts, does not exist for this runtime:
 * it is named in an error rather than guessed.
 */
import type { Fn, Table } from './arguments.js';
import { COLLECTIONS } from './collections.js';
import { CONVERSIONS } from './conversions.js';
import { DATES } from './dates.js';
import { LOGIC } from './logic.js';
import { NUMBERS } from './numbers.js';
import { OBJECTS } from './objects.js';
import { TEXTS } from './texts.js';

const TABLES: Table[] = [TEXTS, COLLECTIONS, LOGIC, CONVERSIONS, NUMBERS, OBJECTS, DATES];

export const FUNCTIONS: ReadonlyMap<string, Fn> = new Map(
  TABLES.flatMap((table) => Object.entries(table).map(([name, one]): [string, Fn] => [name.toLowerCase(), one])),
);
