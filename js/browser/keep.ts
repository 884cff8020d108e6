/**
 * Whether the browser will keep what a site stores. By default it may remove
 * it when room is short, or (Safari) after a week without a visit; a browser
 * is a place to work in, not an archive.
 */

export interface Keeping {
  /** Whether it is kept until the person removes it. */
  persisted: boolean;
  /** Bytes that this site uses and may use, as far as the browser says. */
  usage?: number;
  quota?: number;
}

/** How the site's storage is kept. */
export async function keeping(): Promise<Keeping> {
  const { storage } = navigator;
  const { usage, quota } = (await storage?.estimate?.()) ?? {};
  return {
    persisted: (await storage?.persisted?.()) ?? false,
    ...(usage === undefined ? {} : { usage }),
    ...(quota === undefined ? {} : { quota }),
  };
}

/** Asks the browser to keep it; some ask the person. Call it from a click. */
export async function askToKeep(): Promise<Keeping> {
  await navigator.storage?.persist?.();
  return keeping();
}
