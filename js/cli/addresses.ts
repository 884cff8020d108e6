/**
 * The address of a flow is a secret, and people type it in the wrong place. This
 * knows an address when it sees one, wherever it stands, so that it is refused
 * before anything is made of it and taken out of what is said. It cannot know
 * one without its scheme and its signature.
 */

const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/[\w[%]/i;
/** Up to the quotation mark and the punctuation of the sentence around it. */
const WHOLE = /(?:[a-z][a-z0-9+.-]*:\/\/[\w[%]|[^\s`'"]*[?&]sig=)\S*?(?=[`'"]?[;,.:)]*(?:\s|$))/gi;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** The text with `[address]` for everything that may be one. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(WHOLE, '[address]');
}

export const WHERE_IT_BELONGS =
  'the address of a flow is a secret, and a command line gives it away; put it into a file, then `contactmesh connect NAME --url-file FILE`';
