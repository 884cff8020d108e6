/** Numbers with what they count. */

const grouped = new Intl.NumberFormat(undefined);

export function number(value: number): string {
  return grouped.format(value);
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
