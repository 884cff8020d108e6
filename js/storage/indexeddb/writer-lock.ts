/**
 * The right to write as a Web Lock: the browser gives it to one at a time in
 * all tabs and workers of a site, and takes it back when the holder's tab
 * closes or crashes. A lock can be stolen; what keeps a former holder from
 * writing then is the epoch that every commit checks, not the lock.
 */

export interface HeldLock {
  release(): void;
}

/** Takes the lock if it is free, or in any case if `steal`; undefined if another holds it. */
export function takeLock(name: string, steal: boolean): Promise<HeldLock | undefined> {
  return new Promise((settle, fail) => {
    const options: LockOptions = steal ? { steal: true } : { ifAvailable: true };
    const held = navigator.locks.request(name, options, (lock) => {
      if (lock === null) {
        settle(undefined);
        return undefined;
      }
      return new Promise<void>((release) => settle({ release }));
    });
    // Rejects too when the lock is stolen later; then the promise above is settled already.
    held.catch(fail);
  });
}
