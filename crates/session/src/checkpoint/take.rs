//! Taking a checkpoint.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::copy::{Copy, copy_file, remove};
use super::fingerprint::{self, Fingerprint, Fingerprints};
use super::record::copy_record;
use super::{FOLDER, folder, list, trees};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder};

/// Prefix of a checkpoint's name until it is complete.
const UNFINISHED: &str = ".new-";

/// Saves the work directory, both prefixes and the record of the sources under a name. A checkpoint of that name is
/// replaced when the new one is complete.
///
/// # Errors
/// [`Error::InvalidOption`] for a name that must not become a path; [`Error::Replaced`] when a directory of the session
/// was replaced by something else; [`Error::Io`] when a file cannot be copied; [`Error::Cancelled`].
pub fn take(layout: &Layout, name: &str, cancel: &Cancel) -> Result<()> {
    layout.check_own()?;
    let place = folder(layout, name)?;
    check_folder(&layout.build_dir.join(FOLDER))?;
    let new = layout.build_dir.join(FOLDER).join(format!("{UNFINISHED}{name}"));
    remove(&new)?;
    fs_err::create_dir_all(&new).map_err(Error::io("cannot create", &new))?;
    let copied = copy(layout, &new, cancel);
    if let Err(error) = copied {
        // The first error matters; what is left is removed by the next checkpoint of that name.
        let _ = remove(&new);
        return Err(error);
    }
    remove(&place)?;
    fs_err::rename(&new, &place).map_err(Error::io("cannot rename", new))
}

fn copy(layout: &Layout, new: &Path, cancel: &Cancel) -> Result<()> {
    let before = latest(layout)?;
    let mut prints = HashMap::new();
    for (tree, from) in trees(layout) {
        let old = before.as_ref().map(|before| (before.join(tree), fingerprint::read(before, tree)));
        let mut new_prints = Fingerprints::default();
        let to = new.join(tree);
        let file = |path: &Path, metadata: &fs::Metadata, source: &Path, target: &Path| {
            // Taken before the file is copied: a change in between must not count as unchanged.
            if let Some(print) = Fingerprint::of(metadata) {
                new_prints.insert(path.to_path_buf(), print);
            }
            if let Some((folder, prints)) = &old
                && prints.holds(path, metadata)
                && linked(&folder.join(path), target)?
            {
                return Ok(false);
            }
            copy_file(source, target).map(|()| true)
        };
        Copy { from, to: &to, file, link: &Path::to_path_buf, cancel }.run()?;
        prints.insert(tree, new_prints);
    }
    fingerprint::write(new, &prints)?;
    copy_record(&layout.build_dir, new)
}

/// Shares a file with the previous checkpoint: nothing changes files of checkpoints.
fn linked(old: &Path, target: &Path) -> io::Result<bool> {
    match fs::hard_link(old, target) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::TooManyLinks) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The directory of the latest checkpoint.
fn latest(layout: &Layout) -> Result<Option<PathBuf>> {
    let mut latest: Option<(SystemTime, PathBuf)> = None;
    for name in list(layout)? {
        let path = folder(layout, &name)?;
        let Ok(time) = fs::metadata(&path).and_then(|metadata| metadata.modified()) else { continue };
        if latest.as_ref().is_none_or(|(then, _)| time > *then) {
            latest = Some((time, path));
        }
    }
    Ok(latest.map(|(_, path)| path))
}
