// A relay of this page whose log is in Node: `exchange` there takes and gives base64.

const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export const relay = {
  async exchange({ chunks, ...request }) {
    const answer = await globalThis.exchange({ ...request, chunks: chunks.map(text) });
    if (answer.error !== undefined) throw Object.assign(new Error(answer.error), { name: 'RelayError' });
    return { ...answer, chunks: answer.chunks.map(bytes) };
  },
};

/** Syncs the book of this page until nothing is left to send or take. */
export const sync = () => globalThis.book.sync(relay, { name: 'relay' });
