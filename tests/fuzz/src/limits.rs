//! The limits of a child: so much memory, and so much time for one input.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long one input may take.
pub const TIME: Duration = Duration::from_secs(2);
/// How long a child may take to begin: it writes its corpus anew.
pub const START: Duration = Duration::from_secs(60);
/// How much memory a child may map, in KiB.
const MEMORY_KIB: u32 = 1 << 20;

/// A command that runs this program with the memory limit of the shell, where there is one.
pub fn command(program: &Path) -> Command {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -c 0; ulimit -v {MEMORY_KIB} && exec \"$0\" \"$@\"")).arg(program);
        return command;
    }
    Command::new(program)
}

/// Says which limits hold here.
pub fn described() -> String {
    let memory = if cfg!(target_os = "linux") {
        format!("{} MiB of memory", MEMORY_KIB >> 10)
    } else {
        "no limit of memory on this platform".to_owned()
    };
    format!("{memory}, {} s for one input", TIME.as_secs())
}
