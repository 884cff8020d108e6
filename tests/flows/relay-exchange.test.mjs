// The shipped Relay Exchange flow, run as the JSON that ships: what docs/flow-contract.md promises.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chunkOf, exchange, post, request, withFlow } from './flow.mjs';

const THROTTLED = { answer: { statusCode: 429, headers: {}, body: { status: 429 } } };
const DOWN = { answer: { statusCode: 503, headers: {}, body: { status: 503 } } };
const only = (operation, given) => (asked) => (asked === operation ? given : undefined);
const hashes = (body) => body.chunks.map((one) => one.hash);

/** How many actions the last run took. The numbers are those of docs/flow-contract.md. */
const actionsOf = (served) => served.history().at(-1).actions;

describe('flows: relay exchange', () => {
  it('stores what is pushed and answers it, in order', () =>
    withFlow({}, async (served) => {
      const push = [chunkOf('one'), chunkOf('two')];
      const answer = await exchange(served, { push });
      assert.deepEqual(answer, {
        v: 1,
        stored: 2,
        duplicates: 0,
        chunks: push.map((one, n) => ({ seq: n + 1, ...one })),
        next: 2,
        more: false,
      });
      assert.deepEqual((await exchange(served, { after: 2 })).chunks, []);
      assert.equal((await exchange(served, { after: 2 })).next, 2);
    }));

  it('takes text/plain as it takes JSON', () =>
    withFlow({}, async (served) => {
      const push = [chunkOf('one')];
      const answer = await post(served, request({ push }), { type: 'text/plain;charset=UTF-8' });
      assert.deepEqual([answer.status, answer.body.stored, hashes(answer.body)], [200, 1, [push[0].hash]]);
    }));

  it('counts a chunk that is there already as stored', () =>
    withFlow({}, async (served) => {
      const push = [chunkOf('one'), chunkOf('two')];
      await exchange(served, { push: push.slice(0, 1) });
      const answer = await exchange(served, { push });
      assert.deepEqual([answer.stored, answer.duplicates, served.list.rows.length], [2, 1, 2]);
      const doubled = await exchange(served, { push: [chunkOf('three'), chunkOf('three')] });
      assert.deepEqual([doubled.stored, doubled.duplicates, served.list.rows.length], [2, 1, 3]);
    }));

  it('two pushes of one chunk at once store it once, and both are told so', () =>
    withFlow({}, async (served) => {
      const push = [chunkOf('one')];
      const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(served, { push })));
      assert.equal(served.list.rows.length, 1);
      assert.deepEqual([...new Set(answers.flatMap(hashes))], [push[0].hash]);
      assert.equal(answers.filter((one) => one.duplicates === 0).length, 1);
    }));

  it('answers in pages, and says when there is more', () =>
    withFlow({}, async (served) => {
      await exchange(served, { push: [1, 2, 3, 4, 5].map(chunkOf) });
      const pages = [];
      for (let at = 0, more = true; more; ) {
        const page = await exchange(served, { after: at, limit: 2 });
        pages.push(page.chunks.map((one) => one.seq));
        ({ next: at, more } = page);
      }
      assert.deepEqual(pages, [[1, 2], [3, 4], [5]]);
      const whole = await exchange(served, { limit: 5 });
      assert.equal(whole.more, false, 'a page that is just full is the last one');
      const unsaid = await exchange(served, { push: Array.from({ length: 20 }, (_, n) => chunkOf(`x${n}`)) });
      assert.deepEqual([unsaid.chunks.length, unsaid.more], [20, true], 'a limit that is not said is 20');
    }));

  it('keeps books apart, and a page of another book still leads on', () =>
    withFlow({}, async (served) => {
      await exchange(served, { book: 'other', push: [1, 2, 3].map(chunkOf) });
      const mine = await exchange(served, { push: [chunkOf(1)] });
      assert.deepEqual([mine.duplicates, mine.chunks.map((one) => one.seq)], [0, [4]]);
      const page = await exchange(served, { limit: 2 });
      assert.deepEqual([page.chunks, page.next, page.more], [[], 2, true]);
    }));

  it('does not send again the bytes that the caller has, and says that they are there', () =>
    withFlow({}, async (served) => {
      const [one, two] = [chunkOf('one'), chunkOf('two')];
      await exchange(served, { push: [one] });
      const answer = await exchange(served, { push: [two], have: [one.hash, two.hash] });
      assert.deepEqual(answer.chunks, [
        { seq: 1, hash: one.hash, chunk: null },
        { seq: 2, hash: two.hash, chunk: null },
      ]);
    }));

  it('takes a chunk of 48,000 characters, twenty of them, and gives them back whole', () =>
    withFlow({}, async (served) => {
      const push = Array.from({ length: 20 }, (_, n) => chunkOf(String(n % 10).repeat(36_000 - 1) + n.toString(36)));
      assert.ok(push.every((one) => one.chunk.length <= 48_000));
      const answer = await exchange(served, { push });
      assert.deepEqual(
        answer.chunks.map(({ hash, chunk }) => ({ hash, chunk })),
        push,
      );
    }));

  it('reads on in a list of more than 5,000 rows', () =>
    withFlow({}, async (served) => {
      served.list.add(...Array.from({ length: 5100 }, (_, n) => ({ Title: `b1.${n}`, Book: 'b1', Chunk: 'AA==' })));
      const answer = await exchange(served, { push: [chunkOf('new'), chunkOf('new')], after: 10, limit: 1 });
      assert.deepEqual([answer.stored, answer.duplicates, answer.next, answer.more], [2, 1, 11, true]);
      assert.equal((await exchange(served, { after: 5090 })).chunks.length, 11);
    }));
});

describe('flows: relay exchange, texts made to get into a filter', () => {
  it('quotes in names are names, and open nothing', () =>
    withFlow({}, async (served) => {
      await exchange(served, { push: [chunkOf('of another book')] });
      const hash = "') or (ID gt 0) or (Title eq '".padEnd(64, 'x');
      const push = [{ hash, chunk: 'AA==' }];
      for (const duplicates of [0, 1]) {
        const answer = await exchange(served, { book: "b' or ID gt 0", push });
        assert.deepEqual([answer.stored, answer.duplicates, answer.chunks.length], [1, duplicates, 1]);
      }
      assert.equal(served.list.rows.length, 2);
    }));
});

describe('flows: relay exchange, what it refuses', () => {
  const good = chunkOf('one');
  for (const [title, body] of [
    ['no object', '[]'],
    ['no JSON', '{'],
    ['nothing', ''],
    ['another version', JSON.stringify(request({ v: 2 }))],
    ['no book', JSON.stringify({ v: 1, after: 0, push: [] })],
    ['a book without a name', JSON.stringify(request({ book: '' }))],
    ['a book with too long a name', JSON.stringify(request({ book: 'b'.repeat(65) }))],
    ['a cursor that is a text', JSON.stringify(request({ after: '0' }))],
    ['a cursor below nothing', JSON.stringify(request({ after: -1 }))],
    ['null for a limit', JSON.stringify(request({ limit: null }))],
    ['a limit of nothing', JSON.stringify(request({ limit: 0 }))],
    ['a cursor that no list can have', JSON.stringify(request({ after: 1e300 }))],
    ['a hash that is too short', JSON.stringify(request({ push: [{ ...good, hash: good.hash.slice(1) }] }))],
    ['a chunk that is too long', JSON.stringify(request({ push: [{ ...good, chunk: 'A'.repeat(48_001) }] }))],
    ['too many chunks', JSON.stringify(request({ push: Array.from({ length: 21 }, () => good) }))],
  ]) {
    it(`${title} is a BadEnvelope that a page may read`, () =>
      withFlow({}, async (served) => {
        const answer = await post(served, body, { type: 'text/plain' });
        assert.equal(answer.status, 400);
        assert.deepEqual(answer.body, {
          v: 1,
          error: { code: 'BadEnvelope', message: 'The request is not an exchange of version 1.', retryAfter: null },
        });
        assert.equal(answer.headers.get('access-control-allow-origin'), '*');
        assert.equal(served.list.rows.length, 0);
        assert.equal(served.history().at(-1).status, 'Failed');
      }));
  }
});

describe('flows: relay exchange, when the list fails', () => {
  it('a throttled list is Busy, and says when to come again', () =>
    withFlow({}, async (served) => {
      for (const operation of ['PostItem', 'GetItems']) {
        served.list.interfere = only(operation, THROTTLED);
        const answer = await post(served, request({ push: [chunkOf(operation)] }));
        assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.retryAfter], [429, 'Busy', 60]);
        assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      }
    }));

  it('a list that is down is Backend, and nothing is promised', () =>
    withFlow({}, async (served) => {
      for (const operation of ['PostItem', 'GetItems']) {
        served.list.interfere = only(operation, DOWN);
        const answer = await post(served, request({ push: [chunkOf(operation)] }));
        assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.retryAfter], [502, 'Backend', 10]);
      }
      served.list.interfere = undefined;
      assert.equal((await exchange(served, { push: [chunkOf('PostItem')] })).stored, 1);
    }));

  it('a claim that took effect though it was told otherwise is stored, once', () =>
    withFlow({}, async (served) => {
      served.list.interfere = only('PostItem', { ...DOWN, afterEffect: true });
      const answer = await exchange(served, { push: [chunkOf('one')] });
      assert.deepEqual([answer.stored, answer.duplicates, served.list.rows.length], [1, 1, 1]);
    }));

  it('one chunk of three that is lost is not promised with the others', () =>
    withFlow({}, async (served) => {
      let posts = 0;
      served.list.interfere = (operation) => (operation === 'PostItem' && ++posts === 2 ? DOWN : undefined);
      const push = [1, 2, 3].map(chunkOf);
      assert.equal((await post(served, request({ push }))).status, 502);
      const again = await exchange(served, { push });
      assert.deepEqual([again.stored, again.duplicates, served.list.rows.length], [3, 2, 3]);
    }));

  it('reading is tried three times, claiming once', () =>
    withFlow({}, async (served) => {
      const tries = { PostItem: 0, GetItems: 0 };
      served.list.interfere = (operation) => {
        tries[operation] += 1;
        return DOWN;
      };
      await post(served, request({ push: [chunkOf('one')] }));
      assert.deepEqual(tries, { PostItem: 1, GetItems: 3 });
    }));
});

describe('flows: relay exchange, what it costs', () => {
  it('9 actions to pull, and 1 for each new chunk', () =>
    withFlow({}, async (served) => {
      await exchange(served);
      assert.equal(actionsOf(served), 9);
      await exchange(served, { push: [chunkOf(1)] });
      assert.equal(actionsOf(served), 10);
      await exchange(served, { push: Array.from({ length: 20 }, (_, n) => chunkOf(`n${n}`)) });
      assert.equal(actionsOf(served), 29);
    }));

  it('5 more to settle doubts, and 1 for each chunk in doubt', () =>
    withFlow({}, async (served) => {
      await exchange(served, { push: [chunkOf(1), chunkOf(2)] });
      await exchange(served, { push: [chunkOf(1), chunkOf(2), chunkOf(3)] });
      assert.equal(actionsOf(served), 9 + 3 + 5 + 2);
    }));

  it('8 actions to refuse an envelope', () =>
    withFlow({}, async (served) => {
      await post(served, '{}');
      assert.equal(actionsOf(served), 8);
    }));
});
