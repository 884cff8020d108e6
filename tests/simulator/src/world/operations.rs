//! Which operation comes next. Edge cases are worth more than their share of a real day.

use super::World;
use crate::violation::Checked;

/// Everything that can happen in a step.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    EditField,
    EditElement,
    OpenForm,
    SaveForm,
    AddElement,
    RemoveElement,
    EditGroup,
    LongText,
    Delete,
    Restore,
    Resolve,
    Import,
    ImportAgain,
    Sync,
    Commit,
    Compact,
    ClockJump,
    Reopen,
    Crash,
    FullDisk,
    TakeBackup,
    RestoreBackup,
    CloneStore,
    WipeStore,
    CopyMachine,
    Reload,
}

const WEIGHTS: &[(usize, Kind)] = &[
    (40, Kind::Create),
    (150, Kind::EditField),
    (80, Kind::EditElement),
    (60, Kind::OpenForm),
    (60, Kind::SaveForm),
    (50, Kind::AddElement),
    (50, Kind::RemoveElement),
    (110, Kind::EditGroup),
    (5, Kind::LongText),
    (25, Kind::Delete),
    (25, Kind::Restore),
    (55, Kind::Resolve),
    (35, Kind::Import),
    (15, Kind::ImportAgain),
    (380, Kind::Sync),
    (20, Kind::Commit),
    (15, Kind::Compact),
    (10, Kind::ClockJump),
    (12, Kind::Reopen),
    (15, Kind::Crash),
    (6, Kind::FullDisk),
    (15, Kind::TakeBackup),
    (7, Kind::RestoreBackup),
    (2, Kind::CloneStore),
    (2, Kind::WipeStore),
    (2, Kind::CopyMachine),
    (15, Kind::Reload),
];

impl World {
    /// Does one random thing on one random replica.
    pub fn operation(&mut self) -> Checked<()> {
        let r = self.random.below(self.hosts.len());
        let total: usize = WEIGHTS.iter().map(|(weight, _)| weight).sum();
        let mut at = self.random.below(total);
        let chosen = WEIGHTS.iter().find(|(weight, _)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        let Some((_, kind)) = chosen else { return Ok(()) };
        match kind {
            Kind::Create => self.create(r),
            Kind::EditField => self.edit_field(r),
            Kind::EditElement => self.edit_element(r),
            Kind::OpenForm => self.open_form(r),
            Kind::SaveForm => self.save_form(r),
            Kind::AddElement => self.add_element(r),
            Kind::RemoveElement => self.remove_element(r),
            Kind::EditGroup => self.edit_group(r),
            Kind::LongText => self.write_long_text(r),
            Kind::Delete => self.delete(r),
            Kind::Restore => self.restore(r),
            Kind::Resolve => self.resolve(r),
            Kind::Import => self.import(r, false),
            Kind::ImportAgain => self.import(r, true),
            Kind::Sync => self.sync_any(r),
            Kind::Commit => self.commit(r).map(|_| ()),
            Kind::Compact => self.compact(r),
            Kind::ClockJump => self.jump_clock(r),
            Kind::Reopen => self.close_and_open(r),
            Kind::Crash => self.restart(r, "crashes between commits").map(|_| ()),
            Kind::FullDisk => self.fill_disk(r),
            Kind::TakeBackup => self.take_backup(r),
            Kind::RestoreBackup => self.restore_backup(r),
            Kind::CloneStore => self.clone_store(r),
            Kind::WipeStore => self.wipe_store(r),
            Kind::CopyMachine => self.copy_machine(r),
            Kind::Reload => self.check_reload(r),
        }
    }

    fn sync_any(&mut self, r: usize) -> Checked<()> {
        let relays = self.host(r).relays.clone();
        match self.random.pick(&relays) {
            Some(relay) => self.begin_sync(r, *relay),
            None => Ok(()),
        }
    }
}
