// The doctor names the one thing that is missing, in one line that says what to do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { diagnose, find } from '../../tools/doctor.mjs';
import { root } from '../../tools/lib/run.mjs';

const all = ['npm', 'rustup', 'cargo', 'cc'];

function without(...missing) {
  const has = (program) => all.includes(program) && !missing.includes(program);
  return diagnose({ nodeVersion: '20.19.0', platform: 'linux', has });
}

test('nothing is said when nothing is missing', () => {
  assert.equal(without(), undefined);
});

test('each missing program is named, in one line', () => {
  for (const program of all) {
    const line = without(program);
    assert.match(line, new RegExp(`^${program} is not on PATH`));
    assert.ok(!line.includes('\n'));
  }
});

test('only the first missing thing is named', () => {
  assert.match(without('rustup', 'cargo', 'cc'), /^rustup is not on PATH: install Rust/);
});

test('Node before 20.19 is too old, and 20.19 is not', () => {
  const has = () => true;
  for (const nodeVersion of ['18.20.4', '20.18.3']) {
    assert.match(diagnose({ nodeVersion, has }), /is too old: install Node 20\.19/);
  }
  for (const nodeVersion of ['20.19.0', '22.0.0', '24.19.0']) {
    assert.equal(diagnose({ nodeVersion, has }), undefined);
  }
});

test('a linker is not asked for on Windows', () => {
  const has = (program) => program !== 'cc';
  assert.equal(diagnose({ nodeVersion: '20.19.0', platform: 'win32', has }), undefined);
});

test('a program is found only where it can be run', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'cargo'));
  writeFileSync(join(folder, 'npm'), '');
  chmodSync(join(folder, 'npm'), 0o644);
  writeFileSync(join(folder, 'rustup'), '');
  chmodSync(join(folder, 'rustup'), 0o755);
  const options = { path: `/nowhere:${folder}`, platform: 'linux' };
  assert.equal(find('cargo', options), undefined);
  assert.equal(find('npm', options), undefined);
  assert.equal(find('rustup', options), join(folder, 'rustup'));
});

test('npm start without Rust ends at once with the one line', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  context.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(process.execPath, join(folder, 'node'));
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\n');
  chmodSync(join(folder, 'npm'), 0o755);
  const result = spawnSync(process.execPath, [join(root, 'tools/start.mjs')], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  assert.equal(result.status, 1);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /^rustup is not on PATH: [^\n]+\n$/);
});
