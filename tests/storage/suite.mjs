// The acceptance suite of the storage port, in Node. What it promises stands in
// promises.mjs; browsers run the same file, see tests/browser.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentsOf, storagePromises } from './promises.mjs';

/** Everything under a prefix, as a sorted array of plain pairs. */
export const contents = (storage, prefix = '') => contentsOf(storage, prefix, assert);

export const runStorageSuite = (name, setup) => storagePromises(name, setup, { assert, describe, it });
