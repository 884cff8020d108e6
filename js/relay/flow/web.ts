/**
 * Types of the web platform, for callers that have them: those who compile
 * without the libraries of browsers and of Node can use the package too, they
 * only cannot hand over what they cannot name.
 */
export type Fetch = typeof globalThis extends { fetch: infer T } ? T : never;
export type StopSignal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : never;
