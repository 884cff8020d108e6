/**
 * `$filter`, `$orderby`, `$top` and `$skip` of a listing. Documented for
 * Microsoft Graph: ten rows unless `$top` says more, at most 1,000. Rows that
 * are equal in the order keep that of their coming; the service promises none.
 * Anything else is refused by name.
 */
import { type JsonObject, prop } from '../../definition.js';
import { matches, parseFilter } from '../filter.js';
import type { Contact } from './mailbox.js';

const DEFAULT_TOP = 10;
const MAX_TOP = 1000;
const ORDER = /^(lastModifiedDateTime|createdDateTime)(?: (asc|desc))?$/;

/** Throws a SyntaxError that says which parameter is not understood. */
export function listing(contacts: Contact[], parameters: JsonObject): Contact[] {
  const top = countOf(parameters, '$top', DEFAULT_TOP);
  if (top < 1 || top > MAX_TOP) throw new SyntaxError(`$top must be from 1 to ${MAX_TOP}`);
  const skip = countOf(parameters, '$skip', 0);
  const source = prop(parameters, '$filter') ?? '';
  const filter = source === '' ? undefined : parseFilter(String(source));
  const kept = filter ? contacts.filter((one) => matches(filter, one)) : contacts;
  return ordered(kept, prop(parameters, '$orderby')).slice(skip, skip + top);
}

function countOf(parameters: JsonObject, name: string, otherwise: number): number {
  const value = prop(parameters, name);
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new SyntaxError(`${name} is no whole number`);
}

function ordered(contacts: Contact[], order: unknown): Contact[] {
  if (order === undefined || order === null) return contacts;
  const [, key = '', direction] = ORDER.exec(String(order)) ?? [];
  if (key === '') throw new SyntaxError('$orderby is not understood');
  const sign = direction === 'desc' ? -1 : 1;
  return [...contacts].sort((a, b) => sign * (String(a[key]) < String(b[key]) ? -1 : a[key] === b[key] ? 0 : 1));
}
