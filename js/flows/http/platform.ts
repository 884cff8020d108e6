/**
 * What the platform itself answers when no flow does. The texts come from field
 * evidence unless a page is named; nothing of the caller's is in them. Whether
 * a browser may read them is not documented either, so the server decides.
 */

export interface PlatformAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const UNAUTHORIZED: PlatformAnswer = error(
  401,
  'DirectApiAuthorizationRequired',
  'The OAuth authorization scheme is required.',
);

/** The flow is off, deleted, or its address has changed. */
export const OFF: PlatformAnswer = error(
  404,
  'WorkflowTriggerIsNotEnabled',
  "Could not execute trigger 'manual': the trigger is not enabled.",
);

export const NOT_FOUND: PlatformAnswer = error(404, 'WorkflowNotFound', 'The workflow could not be found.');
export const WRONG_METHOD: PlatformAnswer = error(405, 'MethodNotAllowed', "The trigger 'manual' takes POST only.");
export const NO_VERSION: PlatformAnswer = error(
  400,
  'MissingApiVersionParameter',
  'The api-version query parameter (?api-version=) is required for all requests.',
);
export const BAD_CONTENT: PlatformAnswer = error(
  400,
  'InvalidRequestContent',
  'The request content is not valid and could not be deserialized.',
);
/** Documented in limits-and-config.md: messages have at most 100 MB. */
export const TOO_LARGE: PlatformAnswer = error(413, 'RequestEntityTooLarge', 'The request is larger than 100 MB.');
/** A run that ended without a Response (always-reply-to-request, pnp/powerplatform-samples). */
export const NO_RESPONSE: PlatformAnswer = error(
  502,
  'NoResponse',
  'The server did not receive a response from an upstream server.',
);
/** Documented in connectors-native-reqres.md: no Response within the limit. */
export const TIMED_OUT: PlatformAnswer = error(
  504,
  'GatewayTimeout',
  'The server did not respond within the time limit.',
);
/** A flow without any Response (documented in connectors-native-reqres.md). */
export const ACCEPTED: PlatformAnswer = { status: 202, headers: {}, body: '' };

/** Documented in error-exception-handling.md: a throttled call says when to come again. */
export function throttled(seconds: number): PlatformAnswer {
  const answer = error(429, 'TooManyRequests', 'The rate limit is exceeded.');
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(seconds) } };
}

/** What a captive portal or a sign-in page makes of the call. */
export const HTML: PlatformAnswer = {
  status: 200,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>Sign in</title><p>Sign in to go on.</p>',
};

function error(status: number, code: string, message: string): PlatformAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ error: { code, message } }),
  };
}
