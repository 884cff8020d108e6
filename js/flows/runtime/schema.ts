/**
 * Checks a value against a JSON schema, as ParseJson does: the subset that
 * shipped flows use, in the words of the platform where they are known (field
 * evidence: "Expected String but got Null", "Required properties are missing
 * from object"). A keyword it does not know is an error that names it, for a
 * rule that is not checked would look like one that holds.
 */
import { isObject, type Json, type JsonObject, prop, propsOf } from '../definition.js';
import { invalid, same, typeOf } from './value.js';

const ANNOTATIONS = new Set(['$schema', 'title', 'description', 'default', 'examples']);

/** The service's ParseJson refuses such a schema, whatever the value (field evidence). */
export function usesPatterns(schema: Json | undefined): boolean {
  const { pattern, patternProperties, items, properties } = propsOf(schema);
  const inner = [items, ...Object.values(propsOf(properties))];
  return (
    pattern !== undefined || patternProperties !== undefined || inner.some((one) => isObject(one) && usesPatterns(one))
  );
}

type Rule = (value: Json, wanted: Json, path: string) => string[];

export function schemaErrors(value: Json, schema: Json, path = ''): string[] {
  if (!isObject(schema)) return [];
  const wanted = prop(schema, 'type');
  const errors = wanted === undefined ? [] : ofType(value, wanted, path);
  if (errors.length > 0) return errors;
  for (const [keyword, operand] of Object.entries(schema)) {
    if (keyword === 'type' || ANNOTATIONS.has(keyword)) continue;
    const rule = Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined;
    if (!rule) throw invalid(`this runtime does not know the schema keyword '${keyword}'`);
    errors.push(...rule(value, operand, path));
  }
  return errors;
}

function ofType(value: Json, wanted: Json, path: string): string[] {
  const names = Array.isArray(wanted) ? wanted : [wanted];
  const is = typeOf(value).toLowerCase();
  if (names.some((name) => name === is || (name === 'number' && typeof value === 'number'))) return [];
  const expected = names.map((name) => capital(String(name))).join(', ');
  const got = is === 'float' ? 'Number' : capital(is);
  return [`Invalid type. Expected ${expected} but got ${got}. Path '${path}'.`];
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const RULES: Record<string, Rule> = {
  required: (value, wanted, path) => {
    if (!isObject(value)) return [];
    const missing = (wanted as string[]).filter((key) => !Object.hasOwn(value, key));
    return missing.length === 0
      ? []
      : [`Required properties are missing from object: ${missing.join(', ')}. Path '${path}'.`];
  },
  properties: (value, wanted, path) =>
    isObject(value)
      ? Object.entries(wanted as JsonObject).flatMap(([key, schema]) =>
          Object.hasOwn(value, key)
            ? schemaErrors(value[key] as Json, schema, path === '' ? key : `${path}.${key}`)
            : [],
        )
      : [],
  items: (value, wanted, path) =>
    Array.isArray(value) ? value.flatMap((one, n) => schemaErrors(one, wanted, `${path}[${n}]`)) : [],
  enum: (value, wanted, path) =>
    (wanted as Json[]).some((one) => same(one, value)) ? [] : [`Value is not defined in enum. Path '${path}'.`],
  minLength: limit(
    (value) => (typeof value === 'string' ? value.length : undefined),
    'least',
    'String is shorter than',
  ),
  maxLength: limit((value) => (typeof value === 'string' ? value.length : undefined), 'most', 'String exceeds'),
  minItems: limit((value) => (Array.isArray(value) ? value.length : undefined), 'least', 'Array has fewer items than'),
  maxItems: limit((value) => (Array.isArray(value) ? value.length : undefined), 'most', 'Array item count exceeds'),
  minimum: limit((value) => (typeof value === 'number' ? value : undefined), 'least', 'Value is less than'),
  maximum: limit((value) => (typeof value === 'number' ? value : undefined), 'most', 'Value exceeds'),
};

function limit(measure: (value: Json) => number | undefined, side: 'least' | 'most', words: string): Rule {
  return (value, wanted, path) => {
    const measured = measure(value);
    const within =
      measured === undefined || (side === 'least' ? measured >= Number(wanted) : measured <= Number(wanted));
    return within ? [] : [`${words} ${String(wanted)}. Path '${path}'.`];
  };
}
