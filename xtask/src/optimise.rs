//! wasm-opt from the npm package `binaryen`, and the choice of the smaller module. What counts is
//! the download after brotli: making a module smaller can make it compress worse. No feature flag
//! is ever passed: wasm-opt reads the module's own target_features section.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::size;
use crate::workspace;

const WASM_OPT: &str = "node_modules/binaryen/bin/wasm-opt";

/// Returns the module that downloads smaller: as it is, or after wasm-opt.
pub(crate) fn smaller(name: &str, wasm: Vec<u8>, scratch: &Path) -> Result<Vec<u8>> {
    if !workspace::root().join(WASM_OPT).is_file() {
        bail!("{WASM_OPT} is missing; run `npm ci`");
    }
    fs::create_dir_all(scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let (before, after) = (scratch.join("before.wasm"), scratch.join("after.wasm"));
    fs::write(&before, &wasm)?;
    let mut command = workspace::node([WASM_OPT, "-Os"]);
    command.arg(&before).arg("-o").arg(&after);
    workspace::output(&mut command, "wasm-opt")?;
    let sizes = size::measure(&[before, after.clone()])?;
    let [as_linked, optimised] = sizes.as_slice() else {
        bail!("two modules were to be weighed, and {} were", sizes.len());
    };
    let take = optimised.brotli < as_linked.brotli;
    println!(
        "{name}: {} bytes brotli as linked, {} after wasm-opt -Os; {} ships",
        as_linked.brotli,
        optimised.brotli,
        if take { "the second" } else { "the first" }
    );
    if take { Ok(fs::read(&after)?) } else { Ok(wasm) }
}
