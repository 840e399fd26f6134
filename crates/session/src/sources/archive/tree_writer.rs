//! Writes the entries of an archive below a new folder, and nowhere else.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use super::limits::{Limits, Meter};
use crate::cancel::Cancel;
use crate::options::ArchiveEntries;
use crate::sources::links::{LinkProblem, follow};

/// Why an entry, or all, cannot be unpacked.
pub(super) type Refusal = String;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    Symlink,
}

/// Collects one archive's entries.
///
/// Symlinks are made last: while files are written there is none that a name could lead through.
pub(super) struct TreeWriter<'a> {
    root: &'a Path,
    meter: Meter,
    seen: HashMap<PathBuf, Kind>,
    symlinks: BTreeMap<PathBuf, PathBuf>,
    dangerous_entries: ArchiveEntries,
    skipped: Vec<String>,
    cancel: &'a Cancel,
    buffer: Vec<u8>,
}

impl<'a> TreeWriter<'a> {
    /// A writer into an empty folder, for an archive of `packed` bytes.
    pub(super) fn new(root: &'a Path, limits: Limits, packed: u64, cancel: &'a Cancel) -> Self {
        Self {
            root,
            meter: Meter::new(limits, packed),
            seen: HashMap::new(),
            symlinks: BTreeMap::new(),
            dangerous_entries: limits.dangerous_entries,
            skipped: Vec::new(),
            cancel,
            buffer: vec![0; 128 * 1024],
        }
    }

    /// Skips an entry for a reason that names it.
    ///
    /// # Errors
    /// The reason, where such archives are refused.
    pub(super) fn skip(&mut self, reason: String) -> Result<(), Refusal> {
        if self.dangerous_entries == ArchiveEntries::Refuse {
            return Err(reason);
        }
        self.skipped.push(format!("skipped an entry of the archive: {reason}"));
        Ok(())
    }

    /// Adds a folder.
    pub(super) fn folder(&mut self, name: &Path) -> Result<(), Refusal> {
        let Some(path) = self.enter(name)? else { return Ok(()) };
        self.make_folders(&path, name).map(|_| ())
    }

    /// Adds a file.
    pub(super) fn file(
        &mut self,
        name: &Path,
        mode: u32,
        modified: Option<SystemTime>,
        content: &mut dyn Read,
    ) -> Result<(), Refusal> {
        let Some(path) = self.enter_entry(name)? else { return Ok(()) };
        if !self.make_way(&path, name)? {
            return Ok(());
        }
        let full = self.root.join(&path);
        self.write(&full, mode, modified, content).map_err(|reason| format!("`{}`: {reason}", shown(name)))?;
        self.seen.insert(key(&path), Kind::File);
        Ok(())
    }

    /// Adds a symlink.
    pub(super) fn symlink(&mut self, name: &Path, target: &Path) -> Result<(), Refusal> {
        if target.as_os_str().is_empty() {
            return self.skip(format!("the symlink `{}` has no target", shown(name)));
        }
        let Some(path) = self.enter_entry(name)? else { return Ok(()) };
        if self.symlinks.get(&path).is_some_and(|first| first == target) || !self.make_way(&path, name)? {
            return Ok(());
        }
        self.seen.insert(key(&path), Kind::Symlink);
        self.symlinks.insert(path, target.to_path_buf());
        Ok(())
    }

    /// Adds another name for an entry that came before.
    pub(super) fn hard_link(&mut self, name: &Path, target: &Path) -> Result<(), Refusal> {
        let not_found =
            || format!("the hard link `{}` is to `{}`, which is not a file of the archive", shown(name), shown(target));
        let Some(path) = self.enter_entry(name)? else { return Ok(()) };
        let Ok(original) = normalized(target) else { return self.skip(not_found()) };
        let original = self.through_links(&original).unwrap_or(original);
        if original == path {
            return if self.seen.contains_key(&key(&path)) { Ok(()) } else { self.skip(not_found()) };
        }
        match self.seen.get(&key(&original)) {
            Some(Kind::File) => {}
            Some(Kind::Symlink) => {
                let target = self.symlinks.get(&original).cloned().unwrap_or_default();
                return self.symlink(name, &target);
            }
            Some(Kind::Folder) | None => return self.skip(not_found()),
        }
        if !self.make_way(&path, name)? {
            return Ok(());
        }
        let (from, to) = (self.root.join(&original), self.root.join(&path));
        // A copy: with a link, changing the one in the work folder would change the other.
        let bytes = fs_err::copy(&from, &to).map_err(|error| format!("`{}`: {error}", shown(name)))?;
        self.meter.bytes(bytes)?;
        if let Ok(modified) = fs_err::metadata(&from).and_then(|metadata| metadata.modified()) {
            set_modified(&to, modified);
        }
        self.seen.insert(key(&path), Kind::File);
        Ok(())
    }

    /// Makes the symlinks. Returns the folder that contains the sources, the only folder at the top or the root itself, and
    /// why entries were skipped.
    pub(super) fn finish(mut self) -> Result<(PathBuf, Vec<String>), Refusal> {
        let top = self.only_top_folder();
        let below_top = |path: &Path| match &top {
            Some(top) => path.strip_prefix(top).map(Path::to_path_buf).unwrap_or_else(|_| path.to_path_buf()),
            None => path.to_path_buf(),
        };
        // The folder at the top is removed, so a link must not leave that one either.
        let links: HashMap<PathBuf, PathBuf> =
            self.symlinks.iter().map(|(path, target)| (key(&below_top(path)), target.clone())).collect();
        for (path, target) in std::mem::take(&mut self.symlinks) {
            if let Err(problem) = follow(&below_top(&path), &|path| links.get(&key(path)).cloned()) {
                let (path, target) = (shown(&path), shown(&target));
                self.skip(match problem {
                    LinkProblem::Outside => format!("the symlink `{path}` leads to `{target}`, outside of the archive"),
                    LinkProblem::Loop => format!("the symlink `{path}` to `{target}` is part of a loop of symlinks"),
                })?;
                continue;
            }
            let link = self.root.join(&path);
            make_symlink(&target, &link).map_err(|error| format!("the symlink `{}`: {error}", shown(&path)))?;
        }
        let top = top.map_or_else(|| self.root.to_path_buf(), |top| self.root.join(top));
        Ok((top, self.skipped))
    }

    /// Checks and counts an entry by its name; `None` where it is skipped.
    fn enter(&mut self, name: &Path) -> Result<Option<PathBuf>, Refusal> {
        if self.cancel.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        self.meter.entry()?;
        let path = match normalized(name) {
            Ok(path) => path,
            Err(problem) => {
                let name = shown(name);
                return self.skip(format!("the entry `{name}` {problem}")).map(|()| None);
            }
        };
        let is_plain = name.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_plain && self.dangerous_entries == ArchiveEntries::Refuse {
            return Err(format!("the entry `{}` is outside of the archive or contains `..`", shown(name)));
        }
        if name.is_absolute() {
            self.skipped.push(format!(
                "the entry `{}` of the archive is absolute; unpacked as `{}`",
                shown(name),
                shown(&path)
            ));
        }
        // Other tools would write through the links that came before.
        match self.through_links(&path) {
            Ok(through) if through != path && self.dangerous_entries == ArchiveEntries::Refuse => {
                Err(format!("the entry `{}` is behind a symlink of the archive", shown(name)))
            }
            Ok(path) => Ok(Some(path)),
            Err(reason) => self.skip(format!("the entry `{}` {reason}", shown(name))).map(|()| None),
        }
    }

    /// As [`Self::enter`], for what is not a folder: its parent folders are made.
    fn enter_entry(&mut self, name: &Path) -> Result<Option<PathBuf>, Refusal> {
        let Some(path) = self.enter(name)? else { return Ok(None) };
        if path.as_os_str().is_empty() {
            return self.skip(format!("the entry `{}` has no name", shown(name))).map(|()| None);
        }
        let parent = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(self.make_folders(&parent, name)?.then_some(path))
    }

    /// The path with links in its parent folders followed.
    fn through_links(&self, path: &Path) -> Result<PathBuf, &'static str> {
        let Some((parent, name)) = path.parent().zip(path.file_name()) else { return Ok(path.to_path_buf()) };
        match follow(parent, &|path| self.symlinks.get(path).cloned()) {
            Ok(parent) => Ok(parent.join(name)),
            Err(LinkProblem::Outside) => Err("is behind a symlink that leads outside of the archive"),
            Err(LinkProblem::Loop) => Err("is behind a loop of symlinks"),
        }
    }

    /// Removes what an earlier entry of the same name left; later ones override earlier ones, as in `tar`. `false` where the
    /// entry is skipped.
    fn make_way(&mut self, path: &Path, name: &Path) -> Result<bool, Refusal> {
        let removed = match self.seen.get(&key(path)) {
            None => return Ok(true),
            Some(Kind::Folder) => {
                let reason = format!("`{}` is a folder and something else in the archive", shown(name));
                return self.skip(reason).map(|()| false);
            }
            Some(Kind::File) => fs_err::remove_file(self.root.join(path)).map_err(|error| error.to_string()),
            Some(Kind::Symlink) => {
                self.symlinks.remove(path);
                Ok(())
            }
        };
        removed?;
        self.seen.remove(&key(path));
        let reason = format!("`{}` is in the archive more than once; the last one is used", shown(name));
        self.skip(reason).map(|()| true)
    }

    /// Makes a folder and those above it; `false` where the entry is skipped, as a file has its path.
    fn make_folders(&mut self, path: &Path, name: &Path) -> Result<bool, Refusal> {
        let mut folder = PathBuf::new();
        for part in path.components() {
            folder.push(part);
            match self.seen.get(&key(&folder)) {
                Some(Kind::Folder) => {}
                Some(_) => {
                    let reason =
                        format!("the entry `{}` is below `{}`, which is not a folder", shown(name), shown(&folder));
                    return self.skip(reason).map(|()| false);
                }
                None => {
                    fs_err::create_dir(self.root.join(&folder)).map_err(|error| error.to_string())?;
                    self.seen.insert(key(&folder), Kind::Folder);
                }
            }
        }
        Ok(true)
    }

    fn write(
        &mut self,
        path: &Path,
        mode: u32,
        modified: Option<SystemTime>,
        content: &mut dyn Read,
    ) -> Result<(), Refusal> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        // Through `open`, so that the umask applies; never for the world to write, never with set-user-id.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, (mode & 0o775) | 0o400);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(path).map_err(|error| format!("cannot write: {error}"))?;
        loop {
            if self.cancel.is_cancelled() {
                return Err("cancelled".to_owned());
            }
            let read = match content.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(format!("cannot read: {error}")),
            };
            self.meter.bytes(read as u64)?;
            let bytes = self.buffer.get(..read).unwrap_or_default();
            file.write_all(bytes).map_err(|error| format!("cannot write: {error}"))?;
        }
        if let Some(modified) = modified {
            // A date that the file system cannot store is ignored.
            let _ = file.set_modified(modified);
        }
        Ok(())
    }

    fn only_top_folder(&self) -> Option<PathBuf> {
        let mut tops = self.seen.iter().filter(|(path, _)| path.components().count() == 1);
        let (top, kind) = tops.next()?;
        if tops.next().is_some() || *kind != Kind::Folder {
            return None;
        }
        // The key may be in lower case; the folder itself has the name as it was written.
        let entry = fs_err::read_dir(self.root).ok()?.next()?.ok()?;
        Some(if cfg!(any(target_os = "macos", windows)) { entry.file_name().into() } else { top.clone() })
    }
}

/// A name without `.` and `..`, relative to the root of the archive: `sub/../b` is `b`, and `/b` is `b` as for `tar`.
fn normalized(name: &Path) -> Result<PathBuf, &'static str> {
    if name.as_os_str().as_encoded_bytes().contains(&0) {
        return Err("has a NUL in its name");
    }
    let mut path = PathBuf::new();
    for part in name.components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir if path.pop() => {}
            Component::ParentDir | Component::Prefix(_) => return Err("is outside of the archive"),
        }
    }
    Ok(path)
}

/// A path as it is looked up: the file systems of macOS and Windows ignore the case of letters.
fn key(path: &Path) -> PathBuf {
    if cfg!(any(target_os = "macos", windows)) {
        path.to_string_lossy().to_lowercase().into()
    } else {
        path.to_path_buf()
    }
}

/// A name from outside, fit for a message.
fn shown(name: &Path) -> String {
    name.to_string_lossy().escape_debug().to_string()
}

fn set_modified(path: &Path, modified: SystemTime) {
    if let Ok(file) = std::fs::File::open(path) {
        let _ = file.set_modified(modified);
    }
}

#[cfg(unix)]
pub(crate) fn make_symlink(target: &Path, link: &Path) -> io::Result<()> {
    fs_err::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
pub(crate) fn make_symlink(target: &Path, link: &Path) -> io::Result<()> {
    let full = link.parent().unwrap_or(Path::new("")).join(target);
    if full.is_dir() {
        fs_err::os::windows::fs::symlink_dir(target, link)
    } else {
        fs_err::os::windows::fs::symlink_file(target, link)
    }
}
