/**
 * What this device is called: what people see beside everything that was
 * written on it. Until somebody chooses a name, it is the kind of device, for a
 * list of two of them can be told apart by it more often than not.
 */
const KEY = 'contactmesh-device-name';

export function deviceName(): string {
  return localStorage.getItem(KEY) ?? guess(navigator.userAgent);
}

/** It is written into the book the next time that the book is opened. */
export function nameDevice(name: string): void {
  const trimmed = name.trim().slice(0, 60);
  if (trimmed === '') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, trimmed);
}

function guess(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrom(e|ium)\//.test(agent)
        ? 'Chrome'
        : 'Browser';
  const systems: [RegExp, string][] = [
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'Mac'],
    [/Linux/, 'Linux'],
  ];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
