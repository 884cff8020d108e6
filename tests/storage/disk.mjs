// A simulated disk behind the FileOps of js/storage/file/ops.ts. It keeps apart
// what was written and what was synced: `crash` answers the disk as it may look
// after a power cut, when unsynced bytes and names are gone, kept, or partly so.
// `step` is called before every operation and may throw, wait, or cut a write.
import { dirname } from 'node:path';

const SECTOR = 64;
let lastId = 0;

class Inode {
  constructor(bytes = new Uint8Array()) {
    this.id = String(lastId++);
    this.bytes = bytes;
    this.synced = bytes;
  }

  /** The content after a power cut. */
  survivor(mode, random) {
    if (mode === 'lose') return this.synced;
    if (mode === 'keep') return this.bytes;
    const bytes = this.bytes.slice();
    for (let at = this.synced.length; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + SECTOR - (at % SECTOR));
      if (random() < 0.5) bytes.fill(0, at, end);
      at = end;
    }
    const kept = this.synced.length + Math.floor(random() * (bytes.length - this.synced.length + 1));
    return random() < 0.5 ? bytes : bytes.slice(0, kept);
  }
}

export class SimulatedDisk {
  names = new Map();
  #synced = new Map();
  #unsynced = [];

  static from(entries) {
    const disk = new SimulatedDisk();
    disk.names = new Map(entries);
    disk.#synced = new Map(entries);
    return disk;
  }

  /** `mode`: unsynced bytes and names are lost, kept, or (`mix`) partly kept. */
  crash(mode, random = () => 0) {
    const names = new Map(this.#synced);
    const kept = { lose: 0, keep: this.#unsynced.length, mix: Math.floor(random() * (this.#unsynced.length + 1)) }[
      mode
    ];
    for (const change of this.#unsynced.slice(0, kept)) change(names);
    const copies = new Map();
    return SimulatedDisk.from(
      [...names].map(([name, inode]) => {
        if (!copies.has(inode)) copies.set(inode, new Inode(inode.survivor(mode, random)));
        return [name, copies.get(inode)];
      }),
    );
  }

  ops(step = async () => {}) {
    const act = async (name, path, work) => {
      await step(name, path);
      return work();
    };
    const change = (apply) => {
      apply(this.names);
      this.#unsynced.push(apply);
    };
    const need = (path) => this.names.get(path) ?? fail('ENOENT', path);
    return {
      open: (path, mode) =>
        act('open', path, () => {
          if (mode === 'create') {
            if (this.names.has(path)) fail('EEXIST', path);
            const made = new Inode();
            change((names) => names.set(path, made));
          }
          return this.#file(need(path), path, act, step);
        }),
      rename: (from, to) =>
        act('rename', from, () => {
          const inode = need(from);
          if (this.names.get(to) === inode) return;
          change((names) => {
            names.delete(from);
            names.set(to, inode);
          });
        }),
      link: (from, to) =>
        act('link', to, () => {
          const inode = need(from);
          if (this.names.has(to)) fail('EEXIST', to);
          change((names) => names.set(to, inode));
        }),
      unlink: (path) =>
        act('unlink', path, () => {
          need(path);
          change((names) => names.delete(path));
        }),
      mkdir: (path) => act('mkdir', path, () => {}),
      list: (folder) =>
        act('list', folder, () =>
          [...this.names.keys()]
            .filter((path) => dirname(path) === folder)
            .map((path) => path.slice(folder.length + 1)),
        ),
      syncFolder: (folder) =>
        act('syncFolder', folder, () => {
          this.#unsynced = [];
          this.#synced = new Map(this.names);
        }),
    };
  }

  #file(inode, path, act, step) {
    return {
      read: (into, at) =>
        act('read', path, () => {
          const bytes = inode.bytes.subarray(at, at + into.length);
          into.set(bytes);
          return bytes.length;
        }),
      async append(bytes) {
        const most = await step('append', path, bytes.length);
        const part = typeof most === 'number' ? bytes.subarray(0, most) : bytes;
        inode.bytes = Buffer.concat([inode.bytes, part]);
        return part.length;
      },
      datasync: () =>
        act('datasync', path, () => {
          inode.synced = inode.bytes;
        }),
      stat: () => act('stat', path, () => ({ size: inode.bytes.length, id: inode.id })),
      close: () => act('close', path, () => {}),
    };
  }
}

export function fail(code, path) {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

/** A small seeded generator: the same seed, the same run. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
