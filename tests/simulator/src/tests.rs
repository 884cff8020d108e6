//! The simulator finds nothing in the honest program, and everything that is planted.

use crate::bugs::Bug;
use crate::hunt::{first_catch, seeds};
use crate::options::Options;
use crate::violation::{ACTORS, CONFLICTS, CONVERGENCE, DURABILITY, NO_INVENTION, NO_LOSS, NO_REFUSAL, QUIESCENCE};
use crate::world::run;

fn options(line: &str) -> Options {
    Options::read(line.split_whitespace().map(str::to_owned)).expect("legal").expect("no help")
}

fn caught(bug: Bug, by: &[&str]) {
    let (seed, violation) = first_catch(&options("--mutants"), bug).expect("caught");
    assert!(by.contains(&violation.invariant), "seed {seed} catches {} by {}", bug.name(), violation.invariant);
}

#[test]
fn fifty_seeds_pass_and_leave_nothing_untried() {
    let found = seeds(&options("--seeds 50"));
    assert_eq!(found.violations, []);
    let counters: std::collections::BTreeMap<&str, usize> = found.stats.iter().collect();
    for what in [
        "backups restored",
        "stores cloned",
        "stores wiped",
        "machines copied",
        "crashes between write and sync",
        "power cuts",
        "commits with an I/O error",
        "commits refused by a full disk",
        "replies lost after the effect",
        "messages that came twice",
        "pushes cut short",
        "changes that had to wait",
        "changes in parts",
        "edits over an old form",
        "group conflicts seen",
        "conflicts decided",
        "files imported twice",
        "compactions",
        "reloads compared",
        "cards opened in Automerge",
    ] {
        assert!(counters.get(what).is_some_and(|times| *times > 0), "{what}: never");
    }
}

#[test]
fn a_seed_goes_the_same_way_every_time_and_seeds_differ() {
    let hash = |seed| run(seed, 150, None, false).trace.hash();
    assert_eq!(hash(7), hash(7));
    assert_ne!(hash(7), hash(8));
}

#[test]
fn bugs_in_what_an_edit_writes_are_caught() {
    caught(Bug::PredecessorsFromNow, &[CONFLICTS]);
    caught(Bug::PresenceNotWritten, &[CONFLICTS, NO_INVENTION]);
}

#[test]
fn bugs_in_what_is_kept_are_caught() {
    caught(Bug::UnsyncedWriteCounted, &[DURABILITY]);
    caught(Bug::FailedCommitIgnored, &[DURABILITY]);
    caught(Bug::TornBatch, &[DURABILITY]);
}

#[test]
fn bugs_in_who_writes_are_caught() {
    caught(Bug::ActorReused, &[ACTORS, NO_REFUSAL]);
}

#[test]
fn bugs_in_what_was_sent_and_received_are_caught() {
    let lost = [DURABILITY, NO_LOSS, CONVERGENCE, QUIESCENCE];
    caught(Bug::CursorBeforeData, &[DURABILITY]);
    caught(Bug::WaitingRoomDropped, &lost);
    caught(Bug::PushedBeforeReply, &lost);
    caught(Bug::LateReplyCounted, &lost);
    caught(Bug::CursorOutlivesRestore, &lost);
    caught(Bug::PageTakenForAll, &lost);
}
