//! Memory in few large steps. The allocator asks for as little as it needs, and every growth, however small, makes the
//! JavaScript engine collect its whole heap: that made a first import five times slower.

use std::cell::Cell;

const PAGE: usize = 64 << 10;
/// What is taken at first.
const FIRST: usize = 64 << 20;
/// The most that is taken at once.
const MOST: usize = 256 << 20;

thread_local! {
    /// How large the memory was when it was last looked at, in pages.
    static KNOWN: Cell<usize> = const { Cell::new(0) };
}

/// If the memory has grown since it was last looked at, takes half as much again. Called where many calls pass by; it
/// costs nothing while there is room.
pub(super) fn keep_headroom() {
    let pages = core::arch::wasm32::memory_size::<0>();
    let known = KNOWN.get();
    if pages == known {
        return;
    }
    let more = if known == 0 { FIRST } else { (pages * PAGE / 2).clamp(FIRST, MOST) };
    let mut room: Vec<u8> = Vec::new();
    // Freed at once: the memory stays the instance's. Near the limit there is no room to take, and no need to fail.
    std::hint::black_box(&mut room).try_reserve_exact(more).ok();
    drop(room);
    KNOWN.set(core::arch::wasm32::memory_size::<0>());
}
