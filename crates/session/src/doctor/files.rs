//! The cache folder, and how its files get into sessions.

use std::path::Path;

use sidewinder_installer::{FileSharing, exhaustion, file_sharing};

use super::DoctorCheck;

/// Less than this is little for a compiler and its dependencies.
const LITTLE_SPACE: u64 = 2 << 30;

pub(super) fn checks(cache_dir: &Path, output_dir: &Path) -> Vec<DoctorCheck> {
    let mut checks = vec![writable("cache", cache_dir), writable("outputFolder", output_dir)];
    let both_work = checks.iter().all(|check| check.status == super::CheckStatus::Ok);
    checks.extend(space("cacheSpace", cache_dir));
    checks.extend(space("outputSpace", output_dir));
    if both_work {
        checks.push(sharing(cache_dir, output_dir));
    }
    checks
}

fn writable(name: &str, folder: &Path) -> DoctorCheck {
    let attempt = || {
        std::fs::create_dir_all(folder)?;
        tempfile::Builder::new().prefix(".sidewinder-doctor").tempfile_in(folder).map(drop)
    };
    let shown = folder.display();
    match attempt() {
        Ok(()) => DoctorCheck::ok(name, format!("`{shown}` can be written to")),
        Err(error) => {
            let what = match name {
                "cache" => "choose another folder with `cacheDir` (`--cache-dir`)",
                _ => "choose another folder with `outputDir` (`--output-dir`) or `TMPDIR`",
            };
            let hint = match exhaustion::of_io(&error) {
                Some(resource) => format!("free some {resource}, or {what}"),
                None => what.to_owned(),
            };
            DoctorCheck::failed(name, format!("cannot write to `{shown}`: {error}")).with_hint(Some(hint))
        }
    }
}

#[cfg(unix)]
fn space(name: &str, folder: &Path) -> Option<DoctorCheck> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let bytes = found.f_bavail.saturating_mul(found.f_frsize);
    let message = format!("{:.1} GB and {} files free in `{}`", bytes as f64 / 1e9, found.f_favail, folder.display());
    // File systems without a fixed number of inodes say that they have none.
    let has_inodes = found.f_files == 0 || found.f_favail > 100_000;
    Some(if bytes >= LITTLE_SPACE && has_inodes {
        DoctorCheck::ok(name, message)
    } else {
        DoctorCheck::limited(name, message).hint("`sidewinder debug prune` removes what dead sessions left")
    })
}

#[cfg(not(unix))]
fn space(_name: &str, _folder: &Path) -> Option<DoctorCheck> {
    None
}

fn sharing(cache_dir: &Path, output_dir: &Path) -> DoctorCheck {
    match file_sharing(cache_dir, output_dir) {
        FileSharing::Reflinks => DoctorCheck::ok("fileSharing", "the cache and sessions share files by reflinks"),
        FileSharing::HardLinks => DoctorCheck::ok("fileSharing", "the cache and sessions share files by hard links"),
        FileSharing::Copies if cfg!(unix) => {
            let message = "every session copies its packages: the cache cannot be linked to from the output folder";
            DoctorCheck::limited("fileSharing", message)
                .hint("put `cacheDir` and `outputDir` on the same file system, and the same mount in a container")
        }
        FileSharing::Copies => DoctorCheck::limited("fileSharing", "every session copies its packages"),
    }
}
