// A create is done once, wherever its run dies, however often it is sent again and by how many at the same time.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyAnswer, create, withOutlook } from './outlook.mjs';

const RETRIES = 5;
const AT_ONCE = 4;

/** Where the first run ends, and whether its create was done, and its result kept, by then. */
const DEATHS = [
  ['before the claim', { dies: { before: 'Claim' } }, { made: false, known: true }],
  ['after the claim', { dies: { after: 'Claim' } }, { made: false, known: false }],
  ['after the create', { dies: { after: 'Create' } }, { made: true, known: false }],
  ['before the answer', { dies: { before: 'Reply' } }, { made: true, known: true }],
  ['after the answer, which is lost', 'reset-after', { made: true, known: true }],
];

const statusOf = async (sending) => {
  const answer = await sending.catch(() => undefined);
  return answer?.status === 200 ? answer.body.results[0].status : undefined;
};

describe('flows: outlook apply, once', () => {
  for (const [where, fault, { made, known }] of DEATHS) {
    const first = (n) => (n === 0 ? fault : undefined);

    it(`a run that dies ${where} leaves ${made ? 'one row' : 'none'}, and ${RETRIES} × ${AT_ONCE} more never a second`, () =>
      withOutlook({ faults: first }, async (served) => {
        const { hands } = served.outlook;
        assert.equal(await statusOf(applyAnswer(served, [create('k1')])), undefined);
        assert.equal(hands.see().length, made ? 1 : 0);
        const seen = new Set();
        for (let n = 0; n < RETRIES; n += 1) {
          const sent = Array.from({ length: AT_ONCE }, () => statusOf(applyAnswer(served, [create('k1')])));
          for (const status of await Promise.all(sent)) seen.add(status);
          // While one of the four is at it, the others may see its claim alone.
          const settled = await statusOf(applyAnswer(served, [create('k1')]));
          assert.equal(settled, known ? 'done' : 'claimed');
        }
        for (const status of seen) assert.ok(['done', 'claimed'].includes(status), status);
        assert.equal(hands.see().length, made || known ? 1 : 0);
      }));

    it(`of ${AT_ONCE} runs at once, one of which dies ${where}, one makes the row at most`, () =>
      withOutlook({ faults: first }, async (served) => {
        const { hands } = served.outlook;
        for (let n = 0; n <= RETRIES; n += 1) {
          const sent = Array.from({ length: AT_ONCE }, () => statusOf(applyAnswer(served, [create('k1')])));
          await Promise.all(sent);
        }
        const last = await statusOf(applyAnswer(served, [create('k1')]));
        const rows = hands.see().length;
        assert.ok(rows <= 1, `${rows} rows`);
        assert.ok(last === 'claimed' || (last === 'done' && rows === 1), `${last} with ${rows} rows`);
      }));
  }

  it('many creates in several requests at once, with every death among them, are one row each', () =>
    withOutlook({ faults: (n) => (n < 20 && n % 2 === 0 ? DEATHS[(n / 2) % 5][1] : undefined) }, async (served) => {
      const keys = Array.from({ length: 10 }, (_, n) => `k${n}`);
      for (let n = 0; n <= RETRIES; n += 1) {
        const sent = Array.from({ length: AT_ONCE }, () =>
          applyAnswer(
            served,
            keys.map((key) => create(key, { jobTitle: key })),
          ).catch(() => undefined),
        );
        await Promise.all(sent);
      }
      const titles = served.outlook.hands.see().map(({ jobTitle }) => jobTitle);
      assert.equal(new Set(titles).size, titles.length);
      const { results } = (
        await applyAnswer(
          served,
          keys.map((key) => create(key)),
        )
      ).body;
      for (const { key, status } of results) {
        assert.ok(status === 'claimed' || (status === 'done' && titles.includes(key)), `${key} ${status}`);
      }
      assert.ok(results.some(({ status }) => status === 'done'));
    }));
});
