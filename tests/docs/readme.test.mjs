// The README tells the truth: its example runs as it stands, and the commands it names exist.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const fences = (language) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((m) => m[1]);

test('the example runs as it stands, with the package under its own name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(root, 'pkg'), join(folder, 'node_modules/contactmesh'));
    const examples = fences('js');
    assert.equal(examples.length, 1);
    writeFileSync(join(folder, 'example.mjs'), examples[0]);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const lines = stdout.trim().split('\n');
    assert.deepEqual(lines.slice(0, 2).sort(), ['language: de, by Phone', 'language: en, by Laptop']);
    assert.equal(lines[2], 'true');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every npm command the documents name exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const file of ['README.md', 'CONTRIBUTING.md', 'docs/simulator.md', 'docs/performance.md', 'docs/browser.md']) {
    if (!existsSync(join(root, file))) continue;
    for (const [, run, name] of readFileSync(join(root, file), 'utf8').matchAll(
      /npm (run )?(start|test|[a-z:]+)(?=[ `\n])/g,
    )) {
      if (run === undefined && name !== 'start' && name !== 'test') continue;
      assert.ok(scripts[name], `${file} names npm ${run ?? ''}${name}`);
    }
  }
});

test('every file the documents link to is there', () => {
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/card-json.md', 'docs/browser.md']) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert.ok(existsSync(join(root, dirname(file), link)), `${file} links to ${link}`);
    }
  }
});
