//! Which operation comes next.

use super::Mailroom;
use crate::violation::Checked;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    Edit,
    OpenForm,
    Delete,
    Restore,
    Resolve,
    AddRow,
    EditRow,
    DeleteRow,
    MoveRow,
    CopyRow,
    TakeBackup,
    RestoreBackup,
    Drive,
    LookBack,
    Late,
    Answer,
    Meet,
    TakeOver,
    ComeBack,
    Crash,
    OldDriver,
}

const WEIGHTS: &[(usize, Kind)] = &[
    (25, Kind::Create),
    (120, Kind::Edit),
    (20, Kind::OpenForm),
    (10, Kind::Delete),
    (10, Kind::Restore),
    (20, Kind::Resolve),
    (20, Kind::AddRow),
    (110, Kind::EditRow),
    (12, Kind::DeleteRow),
    (10, Kind::MoveRow),
    (3, Kind::CopyRow),
    (4, Kind::TakeBackup),
    (2, Kind::RestoreBackup),
    (480, Kind::Drive),
    (80, Kind::LookBack),
    (15, Kind::Late),
    (15, Kind::Answer),
    (110, Kind::Meet),
    (4, Kind::TakeOver),
    (3, Kind::ComeBack),
    (6, Kind::Crash),
    (4, Kind::OldDriver),
];

impl Mailroom {
    /// Does one random thing.
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
            Kind::Edit => self.edit_any(r),
            Kind::OpenForm => self.open_form(r),
            Kind::Delete => self.delete(r),
            Kind::Restore => self.restore(r),
            Kind::Resolve => self.resolve_any(r),
            Kind::AddRow => self.add_row(),
            Kind::EditRow => self.edit_row(),
            Kind::DeleteRow => self.delete_row(),
            Kind::MoveRow => self.move_row(),
            Kind::CopyRow => self.copy_row(),
            Kind::TakeBackup => self.take_backup(),
            Kind::RestoreBackup => self.restore_backup(),
            Kind::Drive => self.drive(self.driver),
            Kind::LookBack => {
                // What a reading shows late may be as old as it can be.
                if !self.flow.may_lag() {
                    self.flow.look_back();
                }
                Ok(())
            }
            Kind::Late => self.deliver_late(),
            Kind::Answer => self.answer_questions(),
            Kind::Meet => self.meet(r),
            Kind::TakeOver => self.take_over(r),
            Kind::ComeBack => self.come_back(),
            Kind::Crash => {
                self.note(&format!("replica {r} dies"));
                self.reopen(r)
            }
            Kind::OldDriver => self.drive(r),
        }
    }
}
