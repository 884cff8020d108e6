/**
 * Goes through the frames of a log and fills a `LogState`. After damage it
 * looks for the next place where a whole frame fits its hash and goes on from
 * there, and everything between is reported, except what a writer left
 * unfinished. It changes nothing on the disk.
 */
import * as format from './format.js';
import type { LogState } from './state.js';
import type { ReadWindow } from './window.js';

/** Called for each good frame; `counts` is false for one written without a lease. */
export type OnFrame = (frame: Buffer, counts: boolean) => void;

export async function scan(
  state: LogState,
  window: ReadWindow,
  from: number,
  size: number,
  onFrame?: OnFrame,
): Promise<void> {
  state.tail = false;
  let at = from;
  while (at < size) {
    const frame = await frameAt(window, at, state.mark);
    if (frame) {
      if (frame.readUInt32LE(0) !== frame.length - format.FRAME_HEAD) {
        state.report(at, 'the length of a batch is damaged; its content is intact');
      }
      const counts = state.apply(frame, at);
      onFrame?.(frame, counts);
      at += frame.length;
      continue;
    }
    const next = await nextFrame(window, at, size, state.mark);
    if (next === undefined) {
      state.tail = true;
      if (!(await isUnfinished(window, at, size, state.mark))) {
        state.report(at, `the last ${size - at} bytes are damaged, and what they held is lost`);
      }
      return;
    }
    await passOver(state, window, at, next);
    at = next;
  }
}

/** The whole frame that begins at `at`, if its hash fits. */
export async function frameAt(window: ReadWindow, at: number, mark: Buffer): Promise<Buffer | undefined> {
  const start = window.peek(at, format.FRAME_OVERHEAD) ?? (await window.take(at, format.FRAME_OVERHEAD));
  if (!start) return undefined;
  const head = format.decodeFrameHead(start);
  if (!head.mark.equals(mark)) return undefined;
  for (const length of new Set(head.lengths)) {
    if (length < format.PROLOGUE) continue;
    const size = format.FRAME_HEAD + length;
    const frame = window.peek(at, size) ?? (await window.take(at, size));
    if (frame && format.checksumFits(frame.subarray(format.FRAME_HEAD), frame.subarray(4, 12))) return frame;
  }
  return undefined;
}

/**
 * Where the first good frame after the bad bytes at `at` begins. Lengths named
 * by the bad bytes are not believed: frames in between would be lost by it.
 */
async function nextFrame(window: ReadWindow, at: number, size: number, mark: Buffer): Promise<number | undefined> {
  for (let from = at + 1; from < size; ) {
    const found = await window.find(mark, from + format.FRAME_HEAD);
    if (found < 0) return undefined;
    const candidate = found - format.FRAME_HEAD;
    if (await frameAt(window, candidate, mark)) return candidate;
    from = candidate + 1;
  }
  return undefined;
}

/** Deals with the bad bytes from `at` up to the good frame at `next`. */
async function passOver(state: LogState, window: ReadWindow, at: number, next: number): Promise<void> {
  const follower = await frameAt(window, next, state.mark);
  const abandoned = follower !== undefined && format.takenOverFrom(follower) === at;
  if (abandoned && (await isUnfinished(window, at, next, state.mark))) return;
  const bytes = !abandoned && (await endsAt(window, at, next)) ? await window.take(at, next - at) : undefined;
  if (bytes) state.salvage(bytes, at);
  else state.report(at, `${next - at} bytes are damaged, and what they held is lost`);
}

/** Whether the bad frame at `at`, by a length that it names, ended at `next`. */
async function endsAt(window: ReadWindow, at: number, next: number): Promise<boolean> {
  const start = await window.take(at, format.FRAME_OVERHEAD);
  if (!start) return false;
  return format.decodeFrameHead(start).lengths.some((length) => at + format.FRAME_HEAD + length === next);
}

/**
 * A write that never ended leaves the beginning of a frame, or zeros. Any other
 * bytes may once have been a good frame.
 */
async function isUnfinished(window: ReadWindow, at: number, end: number, mark: Buffer): Promise<boolean> {
  if (end - at < format.FRAME_OVERHEAD) return true;
  const start = await window.take(at, format.FRAME_OVERHEAD);
  if (!start) return true;
  const head = format.decodeFrameHead(start);
  const [length, again] = head.lengths;
  if (head.mark.equals(mark) && length === again && at + format.FRAME_HEAD + length > end) return true;
  return isZero(window, at, end);
}

async function isZero(window: ReadWindow, at: number, size: number): Promise<boolean> {
  const step = 65_536;
  for (let from = at; from < size; from += step) {
    const bytes = await window.take(from, Math.min(step, size - from));
    if (!bytes || bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}
