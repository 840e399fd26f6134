//! What changed in the work directory.
//!
//! Files are compared piece by piece, and only those are read whose size or times differ: a source may have 100,000
//! files, or one of 2 GB. What goes into the patch is read again, one file at a time.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::baseline::Baseline;
use super::file_filter::FileFilter;
use super::folder::{is_executable, read_file};
use super::options::{Change, SkippedFile};
use super::run_windows::RunWindows;
use super::tree::{EntryKind, FileKind, FileState, Tree};
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// A diff of a larger file would need several times its size of memory.
const MAX_TEXT_SIZE: u64 = 256 << 20;

/// Pieces in which files are compared.
const PIECE: usize = 128 * 1024;

/// One changed file; its content is read when needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) change: Change,
    /// The path before, for a file that was renamed.
    pub(super) from: Option<PathBuf>,
    /// How much of a renamed file is as it was, in percent.
    pub(super) similarity: u8,
}

impl Changed {
    fn new(change: Change) -> Self {
        Self { change, from: None, similarity: 0 }
    }

    /// Whether there is a file afterwards.
    pub(super) fn has_new(&self) -> bool {
        self.change != Change::Deleted
    }
}

/// All changes, by path relative to the work directory.
pub(super) struct Comparison<'a> {
    pub(super) baseline: &'a Baseline,
    pub(super) work_dir: &'a Path,
    pub(super) changed: BTreeMap<PathBuf, Changed>,
    /// Paths before renames.
    pub(super) renamed_from: HashSet<PathBuf>,
    pub(super) skipped: Vec<SkippedFile>,
    pub(super) changed_during_run: BTreeSet<String>,
}

/// Compares the files of the baseline with the work directory, as far as the filter takes them.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read, [`Error::Source`] for a pristine one, [`Error::Cancelled`].
pub(super) fn compare<'a>(
    baseline: &'a Baseline,
    work_dir: &'a Path,
    filter: &FileFilter,
    runs: &RunWindows,
    cancel: &Cancel,
) -> Result<Comparison<'a>> {
    let mut comparison = Comparison {
        baseline,
        work_dir,
        changed: BTreeMap::new(),
        renamed_from: HashSet::new(),
        skipped: Vec::new(),
        changed_during_run: BTreeSet::new(),
    };
    let mut parents = Parents { work_dir, last: None };
    for path in baseline.files().filter(|path| filter.takes_changed(path)) {
        cancel.check()?;
        if !baseline.is_built(path) || filter.takes_new(path) {
            comparison.known_file(path, &mut parents, runs)?;
        }
    }
    for (path, target) in baseline.links().filter(|(path, _)| filter.takes_changed(path)) {
        comparison.known_link(path, &target)?;
    }
    Ok(comparison)
}

impl Comparison<'_> {
    /// Adds a new file.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read.
    pub(super) fn add_new(&mut self, path: PathBuf) -> Result<()> {
        let full = self.work_dir.join(&path);
        if full.is_symlink() {
            self.skip(&path, "it is a new symlink");
            return Ok(());
        }
        let failed = Error::io("cannot read", &full);
        match self.is_binary_on_disk(&full) {
            Ok(binary) => self.add(path, Change::Added, binary),
            Err(error) => return Err(failed(error)),
        }
        Ok(())
    }

    /// The file before and after; `None` on the side where there is none.
    ///
    /// # Errors
    /// Why one cannot be read.
    pub(super) fn states(
        &self,
        path: &Path,
        changed: &Changed,
    ) -> std::result::Result<(Option<FileState>, Option<FileState>), String> {
        let old = match changed.change {
            Change::Added => match &changed.from {
                Some(from) => self.baseline.read(from)?,
                None => None,
            },
            Change::Modified | Change::Deleted => self.baseline.read(path)?,
        };
        Ok((old, if changed.has_new() { Some(self.new_state(path)?) } else { None }))
    }

    /// The file as it is now.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn new_state(&self, path: &Path) -> std::result::Result<FileState, String> {
        read_file(&self.work_dir.join(path)).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    }

    /// Whether no file is at a path of the baseline after the patch.
    pub(super) fn is_removed(&self, path: &Path) -> bool {
        match self.changed.get(path) {
            Some(changed) => !changed.has_new(),
            None => self.renamed_from.contains(path),
        }
    }

    fn known_file(&mut self, path: &Path, parents: &mut Parents<'_>, runs: &RunWindows) -> Result<()> {
        let full = self.work_dir.join(path);
        // What is behind a link does not belong to the source.
        if parents.have_symlink(path) {
            self.skip(path, "a directory above it is a symlink now");
            return Ok(());
        }
        let metadata = match std::fs::symlink_metadata(&full) {
            Ok(metadata) => metadata,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return self.deleted(path);
            }
            Err(error) => return Err(Error::io("cannot read", full)(error)),
        };
        if metadata.is_file() {
            if !self.baseline.is_unchanged(path, &metadata) {
                self.compare_content(path, &full, &metadata, runs)?;
            }
        } else if metadata.is_symlink() {
            self.skip(path, "it is a symlink now");
        } else if metadata.is_dir() {
            // The file is gone, and files in the directory are new ones.
            self.deleted(path)?;
        } else {
            self.skip(path, &format!("it is {} now", special_kind(&metadata)));
        }
        Ok(())
    }

    fn deleted(&mut self, path: &Path) -> Result<()> {
        let binary = self.is_binary_in_baseline(path)?;
        self.add(path.to_path_buf(), Change::Deleted, binary);
        Ok(())
    }

    fn compare_content(&mut self, path: &Path, full: &Path, metadata: &Metadata, runs: &RunWindows) -> Result<()> {
        let failed = Error::io("cannot read", full);
        let Some((kind, mut old)) = self.baseline.open(path).map_err(|error| source_error(path, &error))? else {
            return Ok(());
        };
        let same_size = self.baseline.size(path) == Some(metadata.len());
        let same = same_size && {
            let mut new = File::open(full).map_err(Error::io("cannot read", full))?;
            same_content(&mut old, &mut new).map_err(Error::io("cannot read", full))?
        };
        let same_kind = kind == FileKind::of_file(is_executable(metadata));
        if same && same_kind {
            return Ok(());
        }
        let binary = if same {
            None
        } else {
            match self.is_binary_on_disk(full).map_err(failed)? {
                None => self.is_binary_in_baseline(path)?,
                reason => reason,
            }
        };
        self.add(path.to_path_buf(), Change::Modified, binary);
        if runs.contain(metadata) && self.changed.contains_key(path) {
            self.changed_during_run.insert(slashes(path));
        }
        Ok(())
    }

    fn known_link(&mut self, path: &Path, target: &Path) -> Result<()> {
        let full = self.work_dir.join(path);
        match std::fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_symlink() => {
                if fs_err::read_link(&full).map_err(Error::io("cannot read", &full))? != target {
                    self.skip(path, "it is a symlink with another target now");
                }
            }
            Ok(_) => self.skip(path, "it was a symlink"),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                self.skip(path, "it was a symlink and was deleted");
            }
            Err(error) => return Err(Error::io("cannot read", full)(error)),
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, change: Change, unfit: Option<&'static str>) {
        if path.to_str().is_none() {
            self.skip(&path, "its name is not valid Unicode");
        } else if let Some(reason) = unfit {
            self.skip(&path, reason);
        } else {
            self.changed.insert(path, Changed::new(change));
        }
    }

    fn is_binary_in_baseline(&self, path: &Path) -> Result<Option<&'static str>> {
        let size = self.baseline.size(path).unwrap_or_default();
        let opened = self.baseline.open(path).map_err(|error| source_error(path, &error))?;
        let Some((_, mut content)) = opened else { return Ok(None) };
        unfit_for_text(&mut content, size).map_err(|error| source_error(path, &error))
    }

    fn is_binary_on_disk(&self, full: &Path) -> io::Result<Option<&'static str>> {
        let mut file = File::open(full)?;
        let size = file.metadata()?.len();
        unfit_for_text(&mut file, size)
    }

    /// Leaves out files where the patch leaves something else in their place: some files are not taken, or cannot be in
    /// a patch.
    pub(super) fn skip_blocked(&mut self) {
        let baseline = self.baseline;
        let blocked = self.changed.iter().filter(|(_, changed)| changed.has_new()).filter_map(|(path, _)| {
            let is_link = |path: &Path| baseline.kind(path) == Some(EntryKind::Symlink);
            let is_there =
                |path: &Path| baseline.kind(path) == Some(EntryKind::File) && !self.is_removed(path) || is_link(path);
            let above = path.ancestors().skip(1).find(|above| is_there(above));
            let above = above.or_else(|| is_link(path).then_some(path.as_path()));
            let below = || baseline.all_below(path).find(|below| !self.is_removed(below));
            above.or_else(below).map(|other| (path.clone(), slashes(other)))
        });
        for (path, other) in blocked.collect::<Vec<_>>() {
            self.changed.remove(&path);
            if !self.skipped.iter().any(|skipped| skipped.path == slashes(&path)) {
                let of_other = format!("`{other}`, which is not in the patch, is in its place");
                self.skip(&path, if slashes(&path) == other { "it was a symlink" } else { &of_other });
            }
        }
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        self.skipped.push(SkippedFile { path: slashes(path), reason: reason.to_owned() });
    }
}

/// Whether a directory above a file is a symlink. Files come sorted, so most share their directory with the last one.
struct Parents<'a> {
    work_dir: &'a Path,
    last: Option<(PathBuf, bool)>,
}

impl Parents<'_> {
    fn have_symlink(&mut self, path: &Path) -> bool {
        let Some(parent) = path.parent() else { return false };
        if let Some((last, answer)) = &self.last
            && last == parent
        {
            return *answer;
        }
        let mut above = parent.ancestors().filter(|folder| !folder.as_os_str().is_empty());
        let answer = above.any(|folder| self.work_dir.join(folder).is_symlink());
        self.last = Some((parent.to_path_buf(), answer));
        answer
    }
}

fn source_error(path: &Path, error: &io::Error) -> Error {
    Error::Source { location: path.display().to_string(), reason: error.to_string(), http: None }
}

/// Whether two files have the same content from where they are.
pub(super) fn same_content(a: &mut dyn Read, b: &mut dyn Read) -> io::Result<bool> {
    let (mut left, mut right) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let (left_count, right_count) = (read_piece(a, &mut left)?, read_piece(b, &mut right)?);
        if left.get(..left_count) != right.get(..right_count) {
            return Ok(false);
        }
        if left_count < PIECE {
            return Ok(true);
        }
    }
}

/// Why a file cannot be in a text diff. As in git, a NUL makes it binary.
fn unfit_for_text(content: &mut dyn Read, size: u64) -> io::Result<Option<&'static str>> {
    let mut piece = vec![0; PIECE];
    loop {
        let count = read_piece(content, &mut piece)?;
        if piece.iter().take(count).any(|&byte| byte == 0) {
            return Ok(Some("it is a binary file"));
        }
        if count < PIECE {
            return Ok((size > MAX_TEXT_SIZE).then_some("it is too large for a text diff (limit 256 MiB)"));
        }
    }
}

/// Fills a buffer unless the file ends before.
fn read_piece(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(unix)]
fn special_kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    match () {
        () if kind.is_fifo() => "a FIFO",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

#[cfg(not(unix))]
fn special_kind(_: &Metadata) -> &'static str {
    "not a regular file"
}

/// A path as patches write it.
pub(super) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
