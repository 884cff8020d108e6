/**
 * The body of a request, as `triggerBody()` sees it: JSON as a value, text/plain
 * as a text, anything else as `{$content-type, $content}` in base64. Documented
 * in logic-apps-content-type.md. It refuses bodies beyond the limit.
 */
import type { IncomingMessage } from 'node:http';
import type { Json } from '../definition.js';

export const MAX_BODY = 100 * 1024 * 1024;

/** The bytes; undefined if there are more than allowed. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > MAX_BODY) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** Throws a SyntaxError if the body says that it is JSON and is not. */
export function triggerBody(bytes: Buffer, contentType: string): Json {
  if (bytes.length === 0) return null;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) return JSON.parse(bytes.toString('utf8')) as Json;
  if (type === 'text/plain') return bytes.toString('utf8');
  return { '$content-type': contentType || 'application/octet-stream', $content: bytes.toString('base64') };
}
