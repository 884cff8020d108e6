/**
 * Types that both browsers and Node have, each from its own library. Taken from
 * whichever is there, so that the package's types ask a program for neither.
 */

export type Fetch = typeof globalThis extends { fetch: infer F } ? F : (...given: never[]) => Promise<unknown>;

export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : { readonly aborted: boolean };
