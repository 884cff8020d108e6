/**
 * Founding a relay in a folder and finding it again. The file `relay.id` is
 * what makes a folder a relay; it appears whole, once, whoever comes first. A
 * folder that holds other things is refused and left as it is.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import type { FileOps } from '../storage/file/ops.js';
import { appendAll, errno, readSmall, unlinkIfThere } from '../storage/file/ops.js';

const FORM = /^contactmesh relay (\d{1,6})\n([0-9a-f]{32})\n/;
const VERSION = 1;

/** Answers the id of the relay in `folder`. */
export async function openRelayFolder(ops: FileOps, folder: string): Promise<string> {
  await ops.mkdir(folder);
  const path = join(folder, 'relay.id');
  for (;;) {
    const found = await readSmall(ops, path);
    if (found) return readId(path, found.toString('latin1'));
    const others = (await ops.list(folder)).filter((name) => !isOurs(name));
    if (others.length > 0) {
      throw foreign(
        `opening ${folder}`,
        `it is no relay and holds other things (${others[0]})`,
        'Nothing was changed; choose an empty folder',
      );
    }
    await establish(ops, folder, path);
  }
}

async function establish(ops: FileOps, folder: string, path: string): Promise<void> {
  const id = randomBytes(16).toString('hex');
  const aside = await writeAside(ops, folder, Buffer.from(`contactmesh relay ${VERSION}\n${id}\n`));
  try {
    await ops.link(aside, path);
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
  } finally {
    await unlinkIfThere(ops, aside);
  }
  await ops.syncFolder(folder);
}

/** Writes a file under a name of its own, durably; answers its path. */
export async function writeAside(ops: FileOps, folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `aside-${randomBytes(8).toString('hex')}`);
  const file = await ops.open(path, 'create');
  try {
    await appendAll(file, bytes);
    await file.datasync();
  } catch (error) {
    await unlinkIfThere(ops, path).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

function readId(path: string, text: string): string {
  const match = FORM.exec(text);
  const id = match?.[2];
  if (!match || id === undefined)
    throw foreign(
      `opening ${path}`,
      'this is not the id of a contactmesh relay',
      'It was left as it is; choose another folder',
    );
  if (Number(match[1]) > VERSION) {
    throw foreign(
      `opening ${path}`,
      `it has format ${match[1]}, this contactmesh reads up to ${VERSION}`,
      'Update contactmesh',
    );
  }
  return id;
}

/** Hidden files of the system are nobody's; a half-founded relay is ours. */
function isOurs(name: string): boolean {
  return name.startsWith('.') || name === 'relay.id' || /^aside-[0-9a-f]{16}$/.test(name);
}

function foreign(doing: string, what: string, advice: string): ContactmeshError {
  return new ContactmeshError('relay-foreign', `${doing}: ${what}. ${advice}.`);
}
