/**
 * One request to the flow and its answer, or why there is none. It sends no
 * header but the type and a token, follows no redirect (the body and the
 * address would go to somebody else), and reads no more than it can hold. It
 * does not judge the answer.
 */
import type { Clock } from './clock.js';
import { type FlowErrorCode, type FlowFailure, reasonOf } from './failure.js';
import type { Fetch } from './web.js';

export type Form = 'json' | 'text';

export interface Reply {
  status: number;
  text: string;
  retryAfter: string | null;
  date: string | null;
  /** Whether the answer names a place to ask later. */
  location: boolean;
}

export interface NoReply {
  code: FlowErrorCode;
  failure: FlowFailure;
  /** Nothing was heard of the server and the system does not say why: offline, or a browser that may not ask. */
  opaque: boolean;
}

export interface PostOptions {
  url: string;
  fetch: Fetch;
  clock: Clock;
  timeout: number;
  token?: string | undefined;
}

/** text/plain is what a browser sends without asking the server first. */
const TYPES: Record<Form, string> = { json: 'application/json', text: 'text/plain;charset=UTF-8' };
/** An answer is about 1 MB at most; ten times that is not one. */
const MOST_BYTES = 10_000_000;

export async function post(body: string, form: Form, options: PostOptions): Promise<Reply | NoReply> {
  const { clock, timeout, token } = options;
  const stop = new AbortController();
  const over = new AbortController();
  let late = false;
  let heard = false;
  void clock.sleep(timeout, over.signal).then(() => {
    if (over.signal.aborted) return;
    late = true;
    stop.abort();
  });
  try {
    const response = await options.fetch(options.url, {
      method: 'POST',
      body,
      headers: { 'content-type': TYPES[form], ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: stop.signal,
    });
    heard = true;
    const { status, headers } = response;
    const text = await textOf(response);
    return {
      status,
      text,
      retryAfter: headers.get('retry-after'),
      date: headers.get('date'),
      location: headers.has('location'),
    };
  } catch (error) {
    // The system's own error is not handed on: it may quote the address.
    const reason = reasonOf(error);
    const facts = { unknown: true, ...(reason === undefined ? {} : { reason }) };
    if (late) return { code: 'flow-timeout', failure: { unknown: true }, opaque: false };
    return {
      code: heard ? 'flow-unknown' : 'flow-unreachable',
      failure: facts,
      opaque: !heard && reason === undefined,
    };
  } finally {
    over.abort();
  }
}

async function textOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      throw new TypeError('the answer is too long');
    }
    text += decoder.decode(value, { stream: true });
  }
}
