//! The work directory as it was before anyone changed it: the sources and the patches on them, or a checkpoint.
//!
//! Nothing is copied: unpatched files are read where they are kept, patched ones are held in memory.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::applied_patches::BaselinePatch;
use super::apply::changes;
use super::folder::{is_executable, read_file};
use super::tree::{Changes, EntryKind, FileKind, FileState, Tree, bytes_to_path};
use crate::cancel::Cancel;
use crate::checkpoint::WorkCheckpoint;
use crate::error::{Error, Result};
use crate::sources::{Origin, Selection, SourceRecord, TreeEntryKind, changed_at};

/// Files by their paths relative to the work directory.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    originals: BTreeMap<PathBuf, Original>,
    /// Symlinks and their targets.
    links: BTreeMap<PathBuf, PathBuf>,
    changes: Changes,
    /// How a file of the work directory is known to be unchanged without reading it.
    known: Known,
}

#[derive(Debug)]
struct Original {
    /// Where its pristine form is.
    at: PathBuf,
    /// The source that it comes from; `None` for a file of a checkpoint that a patch or the build created.
    source: Option<usize>,
    /// Whether the build created it, before the checkpoint.
    is_built: bool,
}

#[derive(Debug, Default)]
enum Known {
    #[default]
    Nothing,
    /// When the sources were copied, in nanoseconds since the epoch. Copies have the times of their originals; `ctime`,
    /// which no program can set, shows whether anyone touched them since.
    PlacedAt(u64),
    /// The fingerprints of a checkpoint.
    Checkpoint(WorkCheckpoint),
}

impl Baseline {
    /// The sources of a session with patches on them.
    ///
    /// # Errors
    /// [`Error::Patch`] when a patch no longer applies, [`Error::Source`] when the pristine form of a source is gone,
    /// [`Error::Io`] when it cannot be read, [`Error::Cancelled`].
    pub(super) fn of_sources(
        record: &SourceRecord,
        patches: &[BaselinePatch],
        build_dir: &Path,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut baseline = Self { known: record.placed_at.map_or(Known::Nothing, Known::PlacedAt), ..Self::default() };
        for (index, placement) in record.placements.iter().enumerate() {
            baseline.place(index, &placement.origin, &placement.target, build_dir, cancel)?;
            for patch in patches.iter().filter(|patch| patch.source == Some(index)) {
                baseline.patch(patch, &placement.target)?;
            }
        }
        for patch in patches.iter().filter(|patch| patch.source.is_none()) {
            baseline.patch(patch, Path::new(""))?;
        }
        Ok(baseline)
    }

    /// The work directory at a checkpoint. Its files belong to the sources that `sources` has them from.
    ///
    /// # Errors
    /// [`Error::Io`] when the checkpoint cannot be read, [`Error::Cancelled`].
    pub(super) fn of_checkpoint(checkpoint: WorkCheckpoint, sources: &Self, cancel: &Cancel) -> Result<Self> {
        let mut baseline = Self::default();
        for entry in Selection::all().entries(&checkpoint.work_dir, cancel)? {
            let at = checkpoint.work_dir.join(&entry.path);
            match entry.kind {
                TreeEntryKind::File => {
                    let source = sources.source_of(&entry.path);
                    let is_built = sources.kind(&entry.path).is_none();
                    baseline.originals.insert(entry.path, Original { at, source, is_built });
                }
                TreeEntryKind::Symlink => {
                    let target = fs_err::read_link(&at).map_err(Error::io("cannot read", &at))?;
                    baseline.links.insert(entry.path, target);
                }
                TreeEntryKind::Folder | TreeEntryKind::Special => {}
            }
        }
        baseline.known = Known::Checkpoint(checkpoint);
        Ok(baseline)
    }

    /// All regular files.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let kept = self.originals.keys().filter(|path| !self.changes.contains_key(*path));
        let is_file = |change: &Option<FileState>| change.as_ref().is_some_and(|state| state.kind != FileKind::Symlink);
        let patched = self.changes.iter().filter(move |(_, change)| is_file(change)).map(|(path, _)| path);
        kept.chain(patched).map(PathBuf::as_path)
    }

    /// All symlinks, and their targets.
    pub(super) fn links(&self) -> impl Iterator<Item = (&Path, PathBuf)> {
        let kept = self.links.iter().filter(|(path, _)| !self.changes.contains_key(*path));
        let kept = kept.map(|(path, target)| (path.as_path(), target.clone()));
        let patched = self.changes.iter().filter_map(|(path, change)| {
            let state = change.as_ref().filter(|state| state.kind == FileKind::Symlink)?;
            Some((path.as_path(), bytes_to_path(&state.content)))
        });
        kept.chain(patched)
    }

    /// The files and symlinks below a directory.
    pub(super) fn all_below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        let range = (Bound::Excluded(folder), Bound::Unbounded);
        let is_below = move |path: &Path| path.starts_with(folder);
        let kept = self.originals.range::<Path, _>(range).map(|(path, _)| path.as_path());
        let links = self.links.range::<Path, _>(range).map(|(path, _)| path.as_path());
        let patched = self.changes.range::<Path, _>(range).take_while(move |(path, _)| is_below(path));
        let patched = patched.filter(|(_, change)| change.is_some()).map(|(path, _)| path.as_path());
        let unpatched = move |path: &&Path| !self.changes.contains_key(*path);
        let kept = kept.take_while(move |path| is_below(path)).filter(unpatched);
        kept.chain(links.take_while(move |path| is_below(path)).filter(unpatched)).chain(patched)
    }

    /// Where a file is kept as its source has it, whether or not a patch changes it.
    pub(super) fn pristine(&self, path: &Path) -> Option<&Path> {
        self.originals.get(path).map(|original| original.at.as_path())
    }

    /// As [`Self::pristine`], for a file that no patch changes.
    pub(super) fn unpatched(&self, path: &Path) -> Option<&Path> {
        self.pristine(path).filter(|_| !self.changes.contains_key(path))
    }

    /// The source that a file comes from.
    pub(super) fn source_of(&self, path: &Path) -> Option<usize> {
        self.originals.get(path).and_then(|original| original.source)
    }

    /// Whether a file is in a checkpoint, but not in the sources.
    pub(super) fn is_built(&self, path: &Path) -> bool {
        self.originals.get(path).is_some_and(|original| original.is_built)
    }

    /// Whether a file of the work directory, by its metadata alone, is what it was. `false` where it must be read.
    pub(super) fn is_unchanged(&self, path: &Path, metadata: &Metadata) -> bool {
        let Some(original) = self.originals.get(path).filter(|_| !self.changes.contains_key(path)) else {
            return false;
        };
        match &self.known {
            Known::Nothing => false,
            Known::PlacedAt(placed_at) => {
                let Ok(pristine) = std::fs::symlink_metadata(&original.at) else { return false };
                let same_time =
                    || matches!((pristine.modified(), metadata.modified()), (Ok(then), Ok(now)) if then == now);
                pristine.len() == metadata.len()
                    && is_executable(&pristine) == is_executable(metadata)
                    && changed_at(metadata).is_none_or(|changed| changed < *placed_at)
                    && same_time()
            }
            Known::Checkpoint(checkpoint) => checkpoint.is_unchanged(path, metadata),
        }
    }

    /// The kind of a regular file and its content, to be read piece by piece; `None` where there is none.
    ///
    /// # Errors
    /// That of the file system.
    pub(super) fn open<'a>(&'a self, path: &Path) -> io::Result<Option<(FileKind, Box<dyn Read + 'a>)>> {
        if let Some(change) = self.changes.get(path) {
            let content = |state: &'a FileState| Box::new(Cursor::new(state.content.as_slice())) as Box<dyn Read + 'a>;
            return Ok(change.as_ref().map(|state| (state.kind, content(state))));
        }
        let Some(original) = self.originals.get(path) else { return Ok(None) };
        let file = File::open(&original.at)?;
        let kind = FileKind::of_file(is_executable(&file.metadata()?));
        Ok(Some((kind, Box::new(file))))
    }

    /// The size of a regular file.
    pub(super) fn size(&self, path: &Path) -> Option<u64> {
        match self.changes.get(path) {
            Some(change) => change.as_ref().map(|state| state.content.len() as u64),
            None => Some(std::fs::symlink_metadata(&self.originals.get(path)?.at).ok()?.len()),
        }
    }

    fn place(
        &mut self,
        source: usize,
        origin: &Origin,
        target: &Path,
        build_dir: &Path,
        cancel: &Cancel,
    ) -> Result<()> {
        match origin {
            Origin::Tree { root, selection } => {
                let root = build_dir.join(root);
                if !root.is_dir() {
                    return Err(Error::Source {
                        location: root.display().to_string(),
                        reason: "the pristine source is no longer in the cache; create a new session".to_owned(),
                        http: None,
                    });
                }
                for entry in selection.entries(&root, cancel)? {
                    let (path, at) = (target.join(&entry.path), root.join(&entry.path));
                    match entry.kind {
                        TreeEntryKind::File => self.add(path, at, source),
                        TreeEntryKind::Symlink => {
                            let leads_to = fs_err::read_link(&at).map_err(Error::io("cannot read", &at))?;
                            self.links.insert(path, leads_to);
                        }
                        TreeEntryKind::Folder | TreeEntryKind::Special => {}
                    }
                }
            }
            Origin::File { path, name } => self.add(target.join(name), build_dir.join(path), source),
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, at: PathBuf, source: usize) {
        self.changes.remove(&path);
        self.originals.insert(path, Original { at, source: Some(source), is_built: false });
    }

    fn patch(&mut self, patch: &BaselinePatch, target: &Path) -> Result<()> {
        let (changes, _) = changes(&Below { tree: self, target }, &patch.text)
            .map_err(|reason| Error::Patch { patch: patch.name.clone(), reason })?;
        self.changes.extend(changes.into_iter().map(|(path, change)| (target.join(path), change)));
        Ok(())
    }
}

impl Tree for Baseline {
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        match self.changes.get(path) {
            Some(Some(state)) if state.kind == FileKind::Symlink => return Some(EntryKind::Symlink),
            Some(Some(_)) => return Some(EntryKind::File),
            Some(None) => {}
            None if self.originals.contains_key(path) => return Some(EntryKind::File),
            None if self.links.contains_key(path) => return Some(EntryKind::Symlink),
            None => {}
        }
        self.all_below(path).next().is_some().then_some(EntryKind::Folder)
    }

    fn read(&self, path: &Path) -> std::result::Result<Option<FileState>, String> {
        if let Some(change) = self.changes.get(path) {
            return Ok(change.clone());
        }
        if let Some(target) = self.links.get(path) {
            let content = target.as_os_str().as_encoded_bytes().to_vec();
            return Ok(Some(FileState { content, kind: FileKind::Symlink }));
        }
        let Some(original) = self.originals.get(path) else { return Ok(None) };
        read_file(&original.at).map(Some).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    }

    fn link_target(&self, path: &Path) -> Option<PathBuf> {
        match self.changes.get(path) {
            Some(Some(state)) if state.kind == FileKind::Symlink => Some(bytes_to_path(&state.content)),
            Some(_) => None,
            None => self.links.get(path).cloned(),
        }
    }

    fn below(&self, folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
        Ok(self.all_below(folder).map(Path::to_path_buf).collect())
    }
}

/// A directory of a baseline.
pub(super) struct Below<'a> {
    pub(super) tree: &'a Baseline,
    pub(super) target: &'a Path,
}

impl Tree for Below<'_> {
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.tree.kind(&self.target.join(path))
    }

    fn read(&self, path: &Path) -> std::result::Result<Option<FileState>, String> {
        self.tree.read(&self.target.join(path))
    }

    fn link_target(&self, path: &Path) -> Option<PathBuf> {
        self.tree.link_target(&self.target.join(path))
    }

    fn below(&self, folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
        let folder = self.target.join(folder);
        let below = self.tree.all_below(&folder);
        Ok(below.filter_map(|path| path.strip_prefix(self.target).ok()).map(Path::to_path_buf).collect())
    }
}
