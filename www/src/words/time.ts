/** Times in words, in the reader's own language and time zone. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** `5 minutes ago` for a while, then the date. */
export function whenShort(time: number, now = Date.now()): string {
  const ago = now - time;
  if (ago < MINUTE) return 'just now';
  if (ago < HOUR) return relative.format(-Math.floor(ago / MINUTE), 'minute');
  if (ago < DAY) return relative.format(-Math.floor(ago / HOUR), 'hour');
  return short.format(time);
}

/** To the second, for a tooltip. */
export function whenLong(time: number): string {
  return long.format(time);
}

const WITH_YEAR = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' });
const WITHOUT_YEAR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** A date as it is kept (`1980-02-03`, `--02-03`); any other text as it stands. */
export function dateText(kept: string): string {
  const [, year, month, day] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(kept) ?? [];
  if (year === undefined || month === undefined || day === undefined) return kept;
  // A leap year, for those born on the 29th of February.
  const time = Date.UTC(year === '-' ? 2000 : Number(year), Number(month) - 1, Number(day));
  if (new Date(time).getUTCDate() !== Number(day)) return kept;
  return (year === '-' ? WITHOUT_YEAR : WITH_YEAR).format(time);
}
