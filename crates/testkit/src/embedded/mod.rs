//! The project's own small channel, for its demo and its tests: no network, a second to make.
//!
//! | package | what it is for |
//! | --- | --- |
//! | `cc_<platform>` | `compiler('c')` with `c_compiler: [cc]`: activates the machine's compiler |
//! | `cc-runtime` | what `cc_<platform>` exports strongly |
//! | `libgreet` 1.1.0, 1.2.0 | a C library: header, shared library, pkg-config file; weak run export |
//! | `greet-config` | a script with the prefix in it |
//! | `greet-where` | a program with the prefix in it; a `.tar.bz2` |
//! | `python` | *not* Python: a stand-in that hands over to the machine's `python3` |
//! | `greet-py` | noarch python with an entry point |
//! | `toolx`, `lib…` | all five kinds of run exports |
//! | `libfoo` 1.2.3, 2.0.0; `needy` | `needy` depends on `libfoo >=2` |
//! | `app-old`, `app-new` | have no solution together |
//! | `plink` | a post-link script |
//! | `hangs` | a post-link script that does not end |

mod compile;
mod greet;
mod python;
mod solver;
mod stamp;

use std::io::{self, Error};
use std::path::Path;

use fs_err as fs;
use rattler_conda_types::Subdir;

use crate::channel::{Channel, WrittenChannel};
use compile::Compiler;

/// Writes the channel into `folder`, unless the folder holds the channel of these sources already.
///
/// An existing folder is replaced as a whole. Several processes may do this at once.
///
/// # Errors
///
/// When the machine has no C compiler, or the folder cannot be written.
pub fn write(folder: &Path) -> io::Result<WrittenChannel> {
    let platform = Subdir::current().ok_or_else(|| Error::other("conda has no name for this machine's platform"))?;
    let compiler = Compiler::find()?;
    let stamp = stamp::of(platform, &compiler);
    if stamp::is_at(folder, &stamp) {
        return Channel::new().at(folder);
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let fresh = tempfile::Builder::new().prefix(".channel-").tempdir_in(parent)?;
    let channel = Channel::new()
        .add_all(greet::packages(platform, &compiler)?)
        .add_all(python::packages())
        .add_all(solver::packages());
    channel.write(fresh.path())?;
    stamp::put(fresh.path(), &stamp)?;
    put_in_place(fresh, folder, &stamp)?;
    Channel::new().at(folder)
}

/// Puts the fresh folder where it belongs. Whoever comes second finds the stamp of the first and is content.
fn put_in_place(fresh: tempfile::TempDir, folder: &Path, stamp: &str) -> io::Result<()> {
    if folder.exists() && !stamp::is_at(folder, stamp) {
        fs::remove_dir_all(folder)?;
    }
    readable(fresh.path())?;
    match fs::rename(fresh.path(), folder) {
        Err(_) if stamp::is_at(folder, stamp) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            // It has moved: there is nothing left to remove.
            let _ = fresh.keep();
            Ok(())
        }
    }
}

/// Temporary folders are for their owner alone; a channel is for everyone who may enter the folder above.
#[cfg(unix)]
fn readable(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable(_folder: &Path) -> io::Result<()> {
    Ok(())
}
