//! What the installer reports → progress events.

use sidewinder_installer::{PackageAction, Reporter};

use crate::progress::{self, Progress, ProgressEvent};

impl Reporter for Progress {
    fn transfer(&self, package: &str, bytes: u64, total: Option<u64>) {
        self.emit(ProgressEvent::Transfer { name: package.to_owned(), bytes, total });
    }

    fn package(&self, action: PackageAction, name: &str, done: u32, total: u32) {
        let action = match action {
            PackageAction::Downloaded => progress::PackageAction::Downloaded,
            PackageAction::Linked => progress::PackageAction::Linked,
            PackageAction::Unlinked => progress::PackageAction::Unlinked,
        };
        self.emit(ProgressEvent::Package { action, name: name.to_owned(), done, total });
    }

    fn info(&self, message: String) {
        Progress::info(self, message);
    }
}
