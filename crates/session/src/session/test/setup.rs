//! What the session of a test has that the session of a build does not.

use std::io;
use std::path::{Path, PathBuf};

use super::OpenTest;
use super::finished::{FinishedPackage, invalid};
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::redact::chain;

/// What the folders of a test are filled with.
#[derive(Clone, Debug)]
pub(in super::super) struct TestSetup {
    pub(in super::super) open: OpenTest,
    /// The packages under test; the last is the one whose test runs.
    packages: Vec<PathBuf>,
    file: Option<(&'static str, String)>,
    unpacks: bool,
}

impl TestSetup {
    pub(super) fn new(
        open: OpenTest,
        packages: Vec<PathBuf>,
        file: Option<(&'static str, String)>,
        unpacks: bool,
    ) -> Self {
        Self { open, packages, file, unpacks }
    }

    /// Puts the packages into the output folder: packages there are preferred over those of all channels.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::InvalidOption`].
    pub(in super::super) fn publish(&self, layout: &Layout) -> Result<()> {
        for path in &self.packages {
            let Some(name) = path.file_name() else { return Err(invalid(path, "it has no file name")) };
            let folder = layout.output_dir.join(FinishedPackage::read(path)?.subdir()?.as_str());
            fs_err::create_dir_all(&folder).map_err(Error::io("failed to create", &folder))?;
            let target = folder.join(name);
            // Copied, not linked: a package that is built again under the same name must not change a test that is open.
            fs_err::copy(path, &target).map_err(Error::io("failed to copy", path))?;
        }
        Ok(())
    }

    /// Fills the work folder, after the scripts of the session were written to it.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::InvalidOption`] for a package that cannot be unpacked.
    pub(in super::super) fn fill(self, layout: &Layout) -> Result<()> {
        if self.unpacks
            && let Some(package) = self.packages.last()
        {
            // The session's own scripts stay, whatever the package contains.
            let unpacked = layout.build_dir.join("unpacked");
            rattler_package_streaming::fs::extract(package, &unpacked)
                .map_err(|error| invalid(package, chain(&error)))?;
            move_entries(&unpacked, &layout.work_dir).map_err(Error::io("failed to fill", &layout.work_dir))?;
            crate::layout::remove_tree(&unpacked).map_err(Error::io("failed to remove", &unpacked))?;
        }
        if let Some((name, text)) = &self.file {
            let path = layout.work_dir.join(name);
            fs_err::write(&path, text).map_err(Error::io("failed to write", &path))?;
        }
        Ok(())
    }
}

/// Moves the entries of a folder to another one; existing entries stay.
fn move_entries(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if target.symlink_metadata().is_err() {
            fs_err::rename(entry.path(), target)?;
        }
    }
    Ok(())
}
