// A book in the browser and the flows it syncs with: the shipped flow, served from another origin.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { MemoryDisk, openFlowRelay, openMemoryStorage, openBook as openNodeBook } from '../../pkg/dist/node.js';
import { ask, refusingFlow, report, servedFlow } from './support/flow.mjs';
import { session } from './support/session.mjs';
import { call, changes, keptBy, openBook, until } from './support/tab.mjs';

describe('connections', () => {
  const chromium = session();

  /** A browser of its own, as far as storage is concerned. */
  async function replica(t, name = 'Here') {
    const context = await chromium.browser.newContext();
    t.after(() => context.close());
    const page = await chromium.newPage(context);
    await openBook(page, { name });
    return { page, context };
  }

  const connected = async (page, url, more = {}) => {
    const { value } = await ask(page, 'connect', 'relay', { url, automatic: false, ...more });
    assert.equal(value[0].name, 'relay');
  };

  for (const preflight of ['answered', 'refused']) {
    it(`two browsers and a program in Node converge through a flow whose preflight is ${preflight}`, async (t) => {
      const flow = await servedFlow(t, { preflight });
      const replicas = [(await replica(t, 'Laptop')).page, (await replica(t, 'Phone')).page];
      const node = await openNodeBook({ storage: openMemoryStorage(new MemoryDisk()), name: 'Node' });
      const relay = await openFlowRelay({ url: flow.url, book: 'contacts' });
      for (const page of replicas) await connected(page, flow.url);
      const ids = [(await node.create({ 'name/given': 'Jane', language: 'en' })).id];
      for (const page of replicas) ids.push((await call(page, 'create', { 'name/given': 'John' })).value.id);
      const meet = async () => {
        await node.sync(relay, { name: 'flow' });
        for (const page of replicas) assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
      };
      await meet();
      await meet();
      await call(replicas[0], 'edit', ids[0], { language: 'de' });
      await node.edit(ids[0], { 'titles/new/name': 'Engineer', language: 'fr' });
      await meet();
      await meet();
      await node.sync(relay, { name: 'flow' });
      const hashes = await Promise.all(replicas.map(async (page) => (await call(page, 'stateHash')).value));
      assert.deepEqual(hashes, [node.stateHash(), node.stateHash()]);
      assert.equal(node.list().total, 3);
      assert.equal(node.conflicts()[0].conflicts[0].path, 'language');
      await node.close();
    });
  }

  it('nothing is lost and nothing doubled, whatever becomes of requests and answers', async (t) => {
    const flow = await servedFlow(t, { platformCors: true });
    const { page } = await replica(t);
    await connected(page, flow.url);
    for (const fault of ['no-response-after', 'timeout-after', 'cut', 'html', 'reset-after', 'duplicate']) {
      await call(page, 'create', { 'name/given': fault });
      flow.play(fault);
      assert.equal((await ask(page, 'sync', 'relay')).code, undefined, fault);
    }
    const other = await openNodeBook({ storage: openMemoryStorage(new MemoryDisk()) });
    await other.sync(await openFlowRelay({ url: flow.url, book: 'contacts' }), { name: 'flow' });
    assert.equal(other.list().total, 6);
    assert.equal(other.stateHash(), (await call(page, 'stateHash')).value);
    await other.close();
  });

  it('after an edit, and whenever a tab is shown again, it syncs by itself', async (t) => {
    const flow = await servedFlow(t);
    const [{ page: here }, { page: there }] = [await replica(t, 'Here'), await replica(t, 'There')];
    for (const page of [here, there]) {
      await connected(page, flow.url, { automatic: true });
      await until('it was synced once', async () => (await report(page)).phase === 'done');
    }
    const { value: made } = await call(here, 'create', { 'name/given': 'Jane' });
    // Some ten seconds after the last run, at the earliest.
    await until('the edit was sent', async () => (await report(here)).unsent === 0);
    await there.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const arrived = async () => (await call(there, 'list')).value.total === 1;
    await until('the edit has come', arrived);
    assert.equal((await call(there, 'card', made.id)).value.fields['name/given'], 'Jane');
    assert.ok((await changes(there)).some(({ cards }) => cards === undefined));
  });

  it('whichever tab asks, one run at a time is made, by the tab that keeps the book', async (t) => {
    const flow = await servedFlow(t);
    const { page: first, context } = await replica(t);
    const second = await chromium.newPage(context);
    await openBook(second, { name: 'Here' });
    await keptBy(first, second);
    await connected(second, flow.url);
    for (const page of [first, second]) {
      await page.evaluate(() => {
        globalThis.reports = [];
        globalThis.book.connections.onChange((all) => globalThis.reports.push(all[0].phase));
      });
    }
    await call(second, 'create', { 'name/given': 'Jane' });
    flow.play({ slow: 500 });
    const runs = await Promise.all([first, second, first].map((page) => ask(page, 'sync', 'relay')));
    assert.deepEqual(
      runs.map(({ value }) => value?.pushed).sort(),
      [0, 0, 1],
      'those who come later share the next run',
    );
    assert.equal((await ask(first, 'runs')).value.length, 2);
    for (const page of [first, second]) {
      const phases = () => page.evaluate(() => globalThis.reports);
      await until('every tab was told', async () => (await phases()).at(-1) === 'done');
      assert.ok((await phases()).includes('syncing'));
    }

    // The tab that syncs goes in the middle: the next one syncs again.
    await call(second, 'create', { 'name/given': 'John' });
    flow.play({ slow: 2000 });
    const syncing = ask(second, 'sync', 'relay');
    await until('it syncs', async () => (await report(second)).phase === 'syncing');
    await first.close();
    assert.equal((await syncing).code, undefined);
    await keptBy(second);
    assert.equal((await report(second)).unsent, 0);
    assert.equal(flow.list.rows.length, 2);
  });

  it('a sync that somebody stops ends at once, and the next one goes on', async (t) => {
    const flow = await servedFlow(t);
    const { page } = await replica(t);
    await connected(page, flow.url);
    await call(page, 'create', { 'name/given': 'Jane' });
    flow.play({ slow: 30_000 });
    const code = await page.evaluate(async () => {
      const stop = new AbortController();
      const started = performance.now();
      const syncing = globalThis.book.connections.sync('relay', { signal: stop.signal }).catch(({ code }) => code);
      setTimeout(() => stop.abort(), 300);
      return [await syncing, performance.now() - started < 20_000];
    });
    assert.deepEqual(code, ['sync-stopped', true]);
    const { phase, problem } = await report(page);
    assert.deepEqual([phase, problem], ['new', undefined]);
    assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
    assert.equal(flow.list.rows.length, 1);
  });

  it('a flow that refuses says what to do in every tab, and another address mends it', async (t) => {
    const flow = await servedFlow(t, { platformCors: true });
    const { page, context } = await replica(t);
    await connected(page, flow.url.replace(/sig=.*/, 'sig=wrong'));
    assert.equal((await ask(page, 'sync', 'relay')).code, 'flow-sign-in');
    assert.equal((await report(page)).phase, 'paused');
    // After a reload what to do is still known.
    await page.reload();
    await openBook(page, {});
    const { phase, problem } = await report(page);
    assert.deepEqual([phase, problem.code], ['paused', 'flow-sign-in']);
    assert.match(problem.message, /copy the new address and connect again/);
    await connected(page, flow.url);
    assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
    assert.equal((await report(page)).phase, 'done');
    assert.equal((await ask(page, 'disconnect', 'relay')).code, undefined);
    assert.deepEqual((await ask(page, 'list')).value, []);
    assert.equal((await ask(page, 'sync', 'relay')).code, 'connection-unknown');
    await context.close();
  });

  it('another address counts at once, whatever the former one was about to say', async (t) => {
    const [former, flow] = [await servedFlow(t, { platformCors: true }), await servedFlow(t)];
    const { page } = await replica(t);
    await connected(page, former.url);
    await call(page, 'create', { 'name/given': 'Jane' });
    former.play({ slow: 30_000 });
    const syncing = ask(page, 'sync', 'relay');
    await until('it syncs', async () => (await report(page)).phase === 'syncing');
    await connected(page, flow.url);
    assert.equal((await syncing).code, 'sync-stopped');
    assert.equal((await report(page)).problem, undefined);
    assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
    assert.equal(flow.list.rows.length, 1);
  });

  it('connections that are made at the same moment are all kept', async (t) => {
    const flow = await servedFlow(t);
    const { page } = await replica(t);
    const names = ['one', 'two', 'three'];
    await Promise.all(names.map((name) => ask(page, 'connect', name, { url: flow.url, automatic: false })));
    for (const name of names) assert.equal((await ask(page, 'sync', name)).code, undefined, name);
  });

  it('a flow that asks for peace is left in peace, unless somebody insists', async (t) => {
    const flow = await servedFlow(t, { platformCors: true });
    const { page } = await replica(t);
    await connected(page, flow.url);
    // Of another origin, the page may not read how long to wait: it finds out by trying.
    flow.play(...Array(5).fill({ throttled: 600 }));
    assert.equal((await ask(page, 'sync', 'relay')).code, 'flow-throttled');
    const waiting = await ask(page, 'sync', 'relay');
    assert.equal(waiting.code, 'connection-waiting');
    assert.match(waiting.message, /goes on by itself/);
    assert.equal((await ask(page, 'sync', 'relay', { now: true })).code, undefined);
    assert.equal((await report(page)).phase, 'done');
  });

  it('what a flow refuses for good is shown, and tried again or forgotten as a person wishes', async (t) => {
    let reason = 'the list is full';
    const { url, flow } = await refusingFlow(t, () => reason);
    const { page } = await replica(t);
    await connected(page, url);
    for (const name of ['Jane', 'John']) {
      await call(page, 'create', { 'name/given': name });
      assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
    }
    assert.equal((await report(page)).letters, 2);
    const [one, two] = (await ask(page, 'letters', 'relay')).value;
    assert.deepEqual([one.reason, one.attempts, one.retry], [reason, 1, false]);
    assert.equal((await ask(page, 'dropLetter', 'relay', one.hash)).code, undefined);
    assert.equal((await ask(page, 'retryLetter', 'relay', two.hash)).code, undefined);
    assert.equal((await ask(page, 'retryLetter', 'relay', one.hash)).code, 'letter-unknown');
    reason = undefined;
    assert.equal((await ask(page, 'sync', 'relay')).code, undefined);
    assert.equal((await report(page)).letters, 0);
    assert.deepEqual(flow.hashes, [two.hash]);
  });

  it('an address is in no report, no message and no record of the browser, and needs to be one', async (t) => {
    const flow = await servedFlow(t);
    const { page } = await replica(t);
    await connected(page, flow.url);
    await ask(page, 'sync', 'relay');
    const seen = await page.evaluate(async () => {
      const { everything } = await import('/tests/browser/pages/raw.mjs');
      const { connections } = globalThis.book;
      return JSON.stringify([await connections.list(), await connections.runs()]) + (await everything());
    });
    const secret = new URL(flow.url).searchParams.get('sig');
    assert.ok(seen.includes('relay') && seen.includes('127.0.0.1'));
    assert.ok(!seen.includes(secret) && !seen.includes('sig='));
    const none = await ask(page, 'connect', 'relay', { url: 'http://example.com/?sig=secret' });
    assert.equal(none.code, 'flow-address');
    assert.ok(!none.message.includes('secret'));
    assert.equal((await ask(page, 'connect', 'Not a name', { url: flow.url })).code, 'bad-input');
    assert.equal((await ask(page, 'connect', 'relay', { url: flow.url, log: '../x' })).code, 'bad-input');
  });
});
