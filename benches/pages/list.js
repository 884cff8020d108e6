// Opens the book of the bench and shows its first fifty cards, as an app does when it is loaded. `shown` is
// how many milliseconds that took from the beginning of the navigation.

import { openSharedBook } from '/pkg/dist/index.js';

globalThis.shown = (async () => {
  const book = await openSharedBook({ book: 'bench', name: 'Bench' });
  globalThis.book = book;
  const { rows, total } = await book.list({ limit: 50 });
  document
    .querySelector('ul')
    .append(...rows.map(({ name }) => Object.assign(document.createElement('li'), { textContent: name })));
  await new Promise((settle) => requestAnimationFrame(() => setTimeout(settle)));
  return { total, ms: performance.now() };
})();

/** How long each of so many calls took, one after the other. */
globalThis.timed = async (count, work) => {
  const samples = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    await work(n);
    samples.push(performance.now() - started);
  }
  return samples;
};
