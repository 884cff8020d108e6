// Reads from what test runners print how many tests passed and failed. A runner that ended badly
// without naming a failed test, and one that ran no test at all, count as one failure: silence is
// never a success.

const RUNNERS = {
  /** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once per binary. */
  cargo: (output) => sum(output, /^test result: \w+\. (\d+) passed; (\d+) failed;/gm),
  /** `ℹ pass 3` and `ℹ fail 0`, also with `#`; a cancelled test did not pass. */
  node: (output) => ({
    passed: sum(output, /^(?:ℹ|#) pass (\d+)$/gm).passed,
    failed: sum(output, /^(?:ℹ|#) (?:fail|cancelled) (\d+)$/gm).passed,
  }),
  /** A closing line of the simulator or the fuzzer: one search, passed or failed. */
  hunt: (output) => {
    const lines = [...output.matchAll(/^(?:seeds|executions|planted) \d+, .*\d$/gm)].map(([line]) => line);
    const clean = lines.filter((line) => !/(?:violations|panics|aborts|hangs|missed) [1-9]/.test(line)).length;
    return { passed: clean, failed: lines.length - clean };
  },
  /** `3 passed, 0 failed`, the last one. */
  plain: (output) => {
    const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
    return last ? { passed: Number(last[1]), failed: Number(last[2]) } : { passed: 0, failed: 0 };
  },
};

function sum(output, pattern) {
  const total = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(pattern)) {
    total.passed += Number(passed);
    total.failed += Number(failed ?? 0);
  }
  return total;
}

/** The counts of a finished suite, with a note where a failure was not a test's. */
export function countsOf(runner, { code, output }) {
  const counts = RUNNERS[runner](output);
  if (code !== 0 && counts.failed === 0) {
    return { ...counts, failed: 1, note: `ended with code ${code} without a failed test` };
  }
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1, note: 'ran no test' };
  return counts;
}

/** The closing line that every suite and the whole run ends with. */
export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
