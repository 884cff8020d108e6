//! Skipping work whose inputs did not change: a file that holds the hash of what a result was made
//! from. Contents are compared, never times, so a fresh checkout and a copied cache both work.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of several inputs, each framed by its length so that none can run into the next.
pub(crate) fn hash<'a>(inputs: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for input in inputs {
        hasher.update(input.len().to_le_bytes());
        hasher.update(input);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the stamp holds this hash and every result is still there.
pub(crate) fn is_fresh<'a>(stamp: &Path, hash: &str, results: impl IntoIterator<Item = &'a Path>) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found.trim() == hash) && results.into_iter().all(Path::is_file)
}

/// Writes a file only if its contents differ, so that watchers are not woken for nothing.
pub(crate) fn write_changed(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == contents) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_do_not_run_into_each_other() {
        assert_ne!(hash([b"ab".as_slice(), b"c"]), hash([b"a".as_slice(), b"bc"]));
        assert_eq!(hash([b"ab".as_slice()]), hash([b"ab".as_slice()]));
        assert_eq!(hash([]).len(), 64);
    }

    #[test]
    fn a_missing_result_or_another_hash_is_stale() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        let (stamp, result) = (folder.join("stamp"), folder.join("result"));
        write_changed(&stamp, b"h1\n").unwrap();
        assert!(!is_fresh(&stamp, "h1", [result.as_path()]));
        write_changed(&result, b"made").unwrap();
        assert!(is_fresh(&stamp, "h1", [result.as_path()]));
        assert!(!is_fresh(&stamp, "h2", [result.as_path()]));
        fs::remove_dir_all(folder).unwrap();
    }
}
