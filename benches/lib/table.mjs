// The goals, and the table of what was measured against them.

/** By size of the book; `every` holds for all sizes. */
export const GOALS = {
  10000: { import: 500, open: 200, merge: 5 },
  every: { edit: 0.05 },
};

/** One line for each row: what, how much, and where there is a goal, whether it is met. */
export function table(rows) {
  const name = (row) => `${row.cards}  ${row.name}`;
  const width = Math.max(...rows.map((row) => name(row).length));
  const line = (row) => {
    const value = `${number(row.value)} ${row.unit}`.padStart(16);
    if (row.goal === undefined) return `${name(row).padEnd(width)}${value}`;
    const verdict = row.value <= row.goal ? 'ok' : 'MISSED';
    return `${name(row).padEnd(width)}${value}   goal ${String(row.goal).padEnd(5)} ${verdict}`;
  };
  return `${rows.map(line).join('\n')}\n`;
}

function number(value) {
  if (Number.isInteger(value)) return value.toString();
  if (value >= 1000) return Math.round(value).toString();
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
