/**
 * A link that brings the address of a flow with it, `#connect=` and the address
 * percent-encoded: so that a device is connected by opening it. The address is
 * a secret; it is taken out of the location at once, before anything else, and
 * out of this tab's history with it. It is in the fragment because a browser
 * sends that to no server.
 */
const MARK = '#connect=';

/** The fragment with which a page of the app is opened to be connected to this address. */
export function connectLinkOf(address: string): string {
  return MARK + encodeURIComponent(address);
}

/** The address, if the location has one; it is gone from there afterwards. */
export function takeConnectLink(): string | undefined {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(MARK)) return undefined;
  history.replaceState(null, '', pathname + search);
  try {
    return decodeURIComponent(hash.slice(MARK.length));
  } catch {
    // Not percent-encoded, as when somebody wrote the link by hand: taken as it stands.
    return hash.slice(MARK.length);
  }
}

/** What people may see of an address; undefined for what is none. */
export function placeOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host || undefined : undefined;
}

/** Whether a place is this machine. */
export function isHere(place: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(place);
}
