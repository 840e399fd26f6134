//! Which folders are a session's own: nothing is written to or removed from any other.
//!
//! A build's script may replace the session's folders, and the files that name them may be changed by anybody who can
//! write there. So what is on disk is looked at before it is changed.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Layout, canonical};
use super::{folder_log, relocate};
use crate::error::{Error, Result};

/// What the name of a session's temporary folder begins with; sixteen hex digits follow.
const TEMPORARY: &str = "sidewinder_";

impl Layout {
    /// Makes sure that the session's folders are what the set-up made: folders, reached through no link. One that is gone
    /// is left for others to tell.
    ///
    /// # Errors
    /// [`Error::Replaced`], [`Error::Io`].
    pub fn check_own(&self) -> Result<()> {
        self.check_build_dir()?;
        [&self.work_dir, &self.build_prefix, &self.host_prefix].into_iter().try_for_each(|folder| check_folder(folder))
    }

    /// As [`Layout::check_own`], for the build folder alone: its contents are about to be written again.
    ///
    /// # Errors
    /// [`Error::Replaced`], [`Error::Io`].
    pub fn check_build_dir(&self) -> Result<()> {
        check_folder(&self.build_dir)
    }

    /// Makes sure that the work folder is there.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub(crate) fn check_work_dir(&self) -> Result<()> {
        if self.work_dir.is_dir() {
            return Ok(());
        }
        Err(Error::Missing { reason: format!("work directory not found: {}", self.work_dir.display()) })
    }

    /// Whether all names follow from the build folder's, as those of every layout do.
    pub(super) fn is_consistent(&self) -> bool {
        let Some(bld) = self.build_dir.parent() else { return false };
        let prefixes = [&self.build_prefix, &self.host_prefix];
        bld == self.output_dir.join("bld")
            && self.work_dir == self.build_dir.join("work")
            && prefixes.into_iter().all(|prefix| prefix.parent() == Some(&self.build_dir) && *prefix != self.work_dir)
    }
}

/// An existing folder whose path contains no link.
///
/// # Errors
/// [`Error::Replaced`], [`Error::Io`].
pub(crate) fn check_folder(folder: &Path) -> Result<()> {
    let replaced = |by: String| Error::Replaced { path: folder.to_path_buf(), by };
    match std::fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(replaced("a folder above it is a file".to_owned()));
        }
        Err(error) => return Err(Error::io("cannot read", folder)(error)),
        Ok(metadata) if metadata.is_symlink() => {
            let target = std::fs::read_link(folder).unwrap_or_default();
            return Err(replaced(format!("it is a symlink to `{}`", target.display())));
        }
        Ok(metadata) if !metadata.is_dir() => return Err(replaced("it is a file".to_owned())),
        Ok(_) => {}
    }
    let real = canonical(folder)?;
    if real != folder {
        return Err(replaced(format!("it leads to `{}`", real.display())));
    }
    Ok(())
}

/// Opens a file for writing, never through a link in its place.
pub(super) fn without_links(options: &mut fs_err::OpenOptions) -> &mut fs_err::OpenOptions {
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.custom_flags(nix::libc::O_NOFOLLOW);
    }
    options
}

/// Whether a folder is a build folder that a session made: it is in the place of build folders, and the log of its output
/// folder names it.
#[must_use]
pub fn is_build_dir(folder: &Path) -> bool {
    let named = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rattler-build_"));
    let Some(bld) = folder.parent().filter(|parent| parent.file_name().is_some_and(|name| name == "bld")) else {
        return false;
    };
    let Some(output_dir) = bld.parent() else { return false };
    let real = canonical(bld).is_ok_and(|real| real == bld);
    named && real && folder_log::names(output_dir, folder)
}

/// Whether a folder is a temporary one that a session with this build folder made for itself: by its name, and because
/// nothing else is in it.
#[must_use]
pub fn is_temporary_root(folder: &Path, build_dir: &Path) -> bool {
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { return false };
    let in_it: &[&str] = if name.strip_prefix(TEMPORARY).is_some_and(is_random) {
        &["output"]
    } else if name.starts_with(relocate::PREFIX) && (is_build_dir(build_dir) || is_in_temporary_folder(folder)) {
        &["bld", "build_cache", "src_cache", ".condapackageignore", folder_log::FILE_NAME]
    } else {
        return false;
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let mut names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    build_dir.starts_with(folder)
        && canonical(folder).is_ok_and(|real| real == folder)
        && names.all(|name| name.is_ok_and(|name| in_it.iter().any(|known| name == *known)))
}

/// A copy of a session whose process was killed before anything in it could tell what it is.
fn is_in_temporary_folder(folder: &Path) -> bool {
    let temporary = canonical(&super::temporary_folder()).ok();
    temporary.is_some_and(|temporary| folder.parent() == Some(&temporary))
}

fn is_random(digits: &str) -> bool {
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A new name for a temporary folder of a session, below a folder; nothing is made.
#[must_use]
pub fn temporary_root(parent: &Path) -> PathBuf {
    use std::hash::{BuildHasher, RandomState};
    loop {
        // Nobody can guess them: the standard library seeds its hashes at random.
        let digits = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let root = parent.join(format!("{TEMPORARY}{digits}"));
        if std::fs::symlink_metadata(&root).is_err() {
            return root;
        }
    }
}
