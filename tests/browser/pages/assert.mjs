// The few assertions that the storage suite uses, for pages: they mean what node:assert/strict means
// by the same names, for plain values, arrays and bytes.

class AssertionError extends Error {
  name = 'AssertionError';
}

const show = (value) => (value instanceof Uint8Array ? `bytes ${[...value.slice(0, 40)]}` : JSON.stringify(value));

function fail(message) {
  throw new AssertionError(message);
}

function same(one, two) {
  if (Object.is(one, two)) return true;
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(two)) return false;
  const [a, b] = [Object.keys(one), Object.keys(two)];
  return a.length === b.length && a.every((key) => Object.hasOwn(two, key) && same(one[key], two[key]));
}

function matches(error, expected) {
  if (typeof expected === 'function') return error instanceof expected;
  return Object.entries(expected).every(([key, value]) =>
    value instanceof RegExp ? value.test(error[key]) : same(error[key], value),
  );
}

async function rejects(promise, expected) {
  let error;
  try {
    await promise;
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) fail('expected a rejection, and there was none');
  if (!matches(error, expected)) fail(`another rejection than expected: ${error.name} ${error.code}: ${error.message}`);
}

export const assert = {
  ok: (value) => value || fail(`expected something true, got ${show(value)}`),
  equal: (one, two) => Object.is(one, two) || fail(`${show(one)} is not ${show(two)}`),
  deepEqual: (one, two) => same(one, two) || fail(`${show(one)} is not like ${show(two)}`),
  rejects,
};
