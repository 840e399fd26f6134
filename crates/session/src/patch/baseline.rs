//! The work folder as it was before anyone changed it: pristine sources and the patches on them.
//!
//! Nothing is copied: unpatched files are read where they are kept, patched ones are held in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::apply::{Level, changes};
use super::folder::is_executable;
use super::tree::{Changes, FileState, Tree};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::sources::{Origin, PlacedPatch, SourceRecord, TreeEntryKind};

/// Files by their paths relative to the work folder.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    originals: BTreeMap<PathBuf, Original>,
    /// Symlinks, which no patch changes, and where they lead.
    links: BTreeMap<PathBuf, PathBuf>,
    changes: Changes,
}

#[derive(Debug)]
struct Original {
    /// Where its pristine form is.
    at: PathBuf,
    /// Which source brought it.
    source: usize,
}

impl Baseline {
    /// Reads what a session's sources are. Patches whose file is called `leave_out` do not count: that one is made anew.
    ///
    /// # Errors
    /// [`Error::Patch`] when a patch no longer fits, [`Error::Io`] when the pristine form of a source is gone,
    /// [`Error::Cancelled`].
    pub(super) fn new(record: &SourceRecord, build_dir: &Path, leave_out: &str, cancel: &Cancel) -> Result<Self> {
        let mut baseline = Self::default();
        for (index, placement) in record.placements.iter().enumerate() {
            baseline.place(index, &placement.origin, &placement.target, build_dir, cancel)?;
            for patch in counted(&placement.patches, leave_out) {
                baseline.patch(patch, &placement.target, Level::Found, build_dir)?;
            }
        }
        for patch in counted(&record.created, leave_out) {
            baseline.patch(patch, Path::new(""), Level::Exact(0), build_dir)?;
        }
        Ok(baseline)
    }

    /// All files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let kept = self.originals.keys().filter(|path| !self.changes.contains_key(*path));
        let patched = self.changes.iter().filter(|(_, change)| change.is_some()).map(|(path, _)| path);
        kept.chain(patched).map(PathBuf::as_path)
    }

    /// All symlinks, and where they lead.
    pub(super) fn links(&self) -> impl Iterator<Item = (&Path, &Path)> {
        self.links.iter().map(|(path, leads_to)| (path.as_path(), leads_to.as_path()))
    }

    /// The files and symlinks of a folder, and of those in it.
    pub(super) fn all_below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        let range = (Bound::Excluded(folder), Bound::Unbounded);
        let kept = self.originals.range::<Path, _>(range).map(|(path, _)| path);
        let kept =
            kept.take_while(move |path| path.starts_with(folder)).filter(|path| !self.changes.contains_key(*path));
        let patched = self.changes.range::<Path, _>(range).take_while(move |(path, _)| path.starts_with(folder));
        let patched = patched.filter(|(_, change)| change.is_some()).map(|(path, _)| path);
        let links = self.links.range::<Path, _>(range).map(|(path, _)| path);
        let links = links.take_while(move |path| path.starts_with(folder));
        kept.chain(patched).chain(links).map(PathBuf::as_path)
    }

    /// Where a file is kept as its source brought it, whether or not a patch changes it.
    pub(super) fn pristine(&self, path: &Path) -> Option<&Path> {
        self.originals.get(path).map(|original| original.at.as_path())
    }

    /// As [`Self::pristine`], for a file that no patch changes.
    pub(super) fn unpatched(&self, path: &Path) -> Option<&Path> {
        self.pristine(path).filter(|_| !self.changes.contains_key(path))
    }

    /// Where a symlink leads, if there is one.
    pub(super) fn link_target(&self, path: &Path) -> Option<&Path> {
        self.links.get(path).filter(|_| !self.changes.contains_key(path)).map(PathBuf::as_path)
    }

    /// The source that brought a file.
    pub(super) fn source_of(&self, path: &Path) -> Option<usize> {
        self.originals.get(path).map(|original| original.source)
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
                        reason: "the pristine source is gone from the cache; create the session anew".to_owned(),
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
        self.originals.insert(path, Original { at, source });
    }

    fn patch(&mut self, patch: &PlacedPatch, target: &Path, level: Level, build_dir: &Path) -> Result<()> {
        let copy = build_dir.join(&patch.copy);
        let text = fs_err::read(&copy).map_err(Error::io("cannot read", &copy))?;
        let (changes, _) = changes(&Below { tree: self, target }, &text, level)
            .map_err(|reason| Error::Patch { patch: patch.name.clone(), reason })?;
        self.changes.extend(changes.into_iter().map(|(path, change)| (target.join(path), change)));
        Ok(())
    }
}

fn counted<'a>(patches: &'a [PlacedPatch], leave_out: &'a str) -> impl Iterator<Item = &'a PlacedPatch> {
    patches.iter().filter(move |patch| patch.name.rsplit('/').next() != Some(leave_out))
}

impl Tree for Baseline {
    fn is_file(&self, path: &Path) -> bool {
        match self.changes.get(path) {
            Some(change) => change.is_some(),
            None => self.originals.contains_key(path),
        }
    }

    fn read(&self, path: &Path) -> std::result::Result<Option<FileState>, String> {
        if let Some(change) = self.changes.get(path) {
            return Ok(change.clone());
        }
        let Some(original) = self.originals.get(path) else { return Ok(None) };
        let reading = || -> std::io::Result<FileState> {
            let executable = is_executable(&fs_err::metadata(&original.at)?);
            Ok(FileState { content: fs_err::read(&original.at)?, executable })
        };
        reading().map(Some).map_err(|error| error.to_string())
    }

    fn is_link(&self, path: &Path) -> bool {
        self.links.contains_key(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.all_below(path).next().is_some()
    }

    fn below(&self, folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
        Ok(self.all_below(folder).map(Path::to_path_buf).collect())
    }
}

/// A folder of a tree.
pub(super) struct Below<'a> {
    pub(super) tree: &'a Baseline,
    pub(super) target: &'a Path,
}

impl Tree for Below<'_> {
    fn is_file(&self, path: &Path) -> bool {
        self.tree.is_file(&self.target.join(path))
    }

    fn read(&self, path: &Path) -> std::result::Result<Option<FileState>, String> {
        self.tree.read(&self.target.join(path))
    }

    fn is_link(&self, path: &Path) -> bool {
        self.tree.is_link(&self.target.join(path))
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.tree.is_folder(&self.target.join(path))
    }

    fn below(&self, folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
        let folder = self.target.join(folder);
        let below = self.tree.all_below(&folder);
        Ok(below.filter_map(|path| path.strip_prefix(self.target).ok()).map(Path::to_path_buf).collect())
    }
}
