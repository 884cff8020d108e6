//! Inputs that break the child on purpose: the self-test proves that the parent notices each kind.

/// Which inputs break it.
pub const PANIC: u64 = 50;
pub const ABORT: u64 = 120;
pub const HANG: u64 = 200;
pub const MEMORY: u64 = 260;

/// Breaks the process if this input is one of them.
pub fn break_on(index: u64) {
    match index {
        PANIC => panic!("the self-test panics here"),
        ABORT => std::process::abort(),
        HANG => std::thread::sleep(std::time::Duration::from_secs(3_600)),
        MEMORY => {
            // Written to, so that it is really there.
            let hoard = vec![1_u8; 64 << 30];
            println!("{}", hoard.iter().map(|byte| u64::from(*byte)).sum::<u64>());
        }
        _ => {}
    }
}
