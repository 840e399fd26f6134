//! Files that are in no source: some are yours, most are output of the build.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::baseline::Baseline;
use super::file_filter::{FileFilter, is_own};
use super::run_windows::RunWindows;
use super::tree::{EntryKind, Tree};
use crate::cancel::Cancel;
use crate::error::Result;

/// Larger files are data.
const MAX_SOURCE_SIZE: u64 = 1 << 20;

/// How much of a file shows whether it is text; git looks at as much.
const LOOKED_AT: u64 = 8000;

/// Directories that build tools create.
const BUILD_DIRECTORIES: [&str; 16] = [
    "build",
    "_build",
    "builddir",
    "target",
    "dist",
    "out",
    "node_modules",
    "__pycache__",
    ".eggs",
    "CMakeFiles",
    ".libs",
    ".deps",
    "autom4te.cache",
    ".pytest_cache",
    ".mypy_cache",
    "_skbuild",
];

/// Extensions of files that builds generate, although they are text.
const GENERATED_EXTENSIONS: [&str; 12] =
    ["o", "lo", "la", "d", "log", "pc", "cmake", "ninja", "tmp", "status", "pyc", "stamp"];

/// Names of files that builds generate.
const GENERATED_NAMES: [&str; 8] = [
    "CMakeCache.txt",
    "config.status",
    "config.log",
    "compile_commands.json",
    ".ninja_log",
    ".ninja_deps",
    "libtool",
    "install_manifest.txt",
];

/// A new file or symlink.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Relative to the work directory.
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) is_symlink: bool,
    /// Whether it looks like a source and did not appear while the build script ran.
    pub(super) is_source: bool,
}

/// All new files that may be in a patch, by path.
///
/// # Errors
/// [`crate::Error::Cancelled`].
pub(super) fn new_files(
    baseline: &Baseline,
    work_dir: &Path,
    filter: &FileFilter,
    runs: &RunWindows,
    cancel: &Cancel,
) -> Result<Vec<NewFile>> {
    let top = work_dir.to_path_buf();
    let mut walk = WalkBuilder::new(work_dir);
    walk.standard_filters(false).follow_links(false).sort_by_file_name(std::cmp::Ord::cmp);
    walk.filter_entry(move |entry| entry.path().strip_prefix(&top).is_ok_and(|path| !is_own(path)));
    let mut files = Vec::new();
    // A build may be running, and may leave directories that cannot be read: what cannot be listed is left out.
    for entry in walk.build().flatten() {
        cancel.check()?;
        let Ok(path) = entry.path().strip_prefix(work_dir) else { continue };
        let is_symlink = entry.path_is_symlink();
        let is_file = is_symlink || entry.file_type().is_some_and(|kind| kind.is_file());
        let known = baseline.kind(path);
        let is_known = known == Some(EntryKind::File) || is_symlink && known == Some(EntryKind::Symlink);
        if !is_file || is_known || !filter.allows_new(path) {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        let is_source = !is_symlink && !runs.contain(&metadata) && looks_like_source(path, entry.path(), &metadata);
        files.push(NewFile { path: path.to_path_buf(), size: metadata.len(), is_symlink, is_source });
    }
    Ok(files)
}

fn looks_like_source(path: &Path, full: &Path, metadata: &Metadata) -> bool {
    let is_any = |name: Option<&std::ffi::OsStr>, list: &[&str]| {
        name.and_then(std::ffi::OsStr::to_str).is_some_and(|name| list.contains(&name))
    };
    let above = path.parent().into_iter().flat_map(Path::components);
    let mut above = above.map(|part| part.as_os_str());
    let is_built = above.any(|part| {
        is_any(Some(part), &BUILD_DIRECTORIES) || part.to_str().is_some_and(|part| part.ends_with(".egg-info"))
    });
    let is_generated = is_any(path.extension(), &GENERATED_EXTENSIONS) || is_any(path.file_name(), &GENERATED_NAMES);
    if is_built || is_generated || metadata.len() > MAX_SOURCE_SIZE {
        return false;
    }
    let mut start = Vec::new();
    let read = File::open(full).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut start));
    read.is_ok() && !start.contains(&0)
}
