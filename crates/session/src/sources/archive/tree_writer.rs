//! Writes the entries of an archive below a new folder, and nowhere else.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::guard::{Limits, Meter};
use super::links::{key, stays_inside};
use crate::cancel::Cancel;
use crate::sources::target::inside;

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
    symlinks: Vec<(PathBuf, PathBuf)>,
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
            symlinks: Vec::new(),
            cancel,
            buffer: vec![0; 128 * 1024],
        }
    }

    /// Adds a folder.
    pub(super) fn folder(&mut self, name: &Path) -> Result<(), Refusal> {
        let path = self.enter(name)?;
        self.make_folders(&path)
    }

    /// Adds a file.
    pub(super) fn file(
        &mut self,
        name: &Path,
        mode: u32,
        modified: Option<SystemTime>,
        content: &mut dyn Read,
    ) -> Result<(), Refusal> {
        let path = self.enter(name)?;
        if path.as_os_str().is_empty() {
            return Err(format!("a file has the name `{}`", shown(name)));
        }
        if let Some(parent) = path.parent() {
            self.make_folders(parent)?;
        }
        let first = self.root.join(&path);
        match self.seen.get(&key(&path)) {
            None => {
                self.write(&first, mode, modified, content).map_err(|reason| format!("`{}`: {reason}", shown(name)))?;
                self.seen.insert(key(&path), Kind::File);
                Ok(())
            }
            // Some tools pack a file twice; that is harmless as long as it does not matter which one is taken.
            Some(Kind::File) => {
                let second = self.root.join(format!(".sidewinder-twin-{}", self.seen.len()));
                self.write(&second, 0o600, None, content).map_err(|reason| format!("`{}`: {reason}", shown(name)))?;
                let same = same_content(&first, &second).map_err(|error| format!("`{}`: {error}", shown(name)));
                let removed = fs_err::remove_file(&second).map_err(|error| error.to_string());
                removed.and(same).and_then(|same| if same { Ok(()) } else { Err(twin(name)) })
            }
            Some(_) => Err(twin(name)),
        }
    }

    /// Adds a symlink.
    pub(super) fn symlink(&mut self, name: &Path, target: &Path) -> Result<(), Refusal> {
        let path = self.enter(name)?;
        if path.as_os_str().is_empty() || target.as_os_str().is_empty() {
            return Err(format!("the symlink `{}` cannot be made", shown(name)));
        }
        if let Some(parent) = path.parent() {
            self.make_folders(parent)?;
        }
        match self.seen.get(&key(&path)) {
            None => {
                self.seen.insert(key(&path), Kind::Symlink);
                self.symlinks.push((path, target.to_path_buf()));
                Ok(())
            }
            Some(Kind::Symlink) if self.symlink_target(&path).is_some_and(|first| first == target) => Ok(()),
            Some(_) => Err(twin(name)),
        }
    }

    /// Adds a further name for an entry that came before.
    pub(super) fn hard_link(&mut self, name: &Path, target: &Path) -> Result<(), Refusal> {
        let path = self.enter(name)?;
        let outside =
            || format!("the link `{}` leads to `{}`, which is not a file of the archive", shown(name), shown(target));
        let original = inside(target).ok_or_else(outside)?;
        if original == path {
            return if self.seen.contains_key(&key(&path)) { Ok(()) } else { Err(outside()) };
        }
        match self.seen.get(&key(&original)) {
            Some(Kind::File) => {}
            Some(Kind::Symlink) => {
                let target = self.symlink_target(&original).map(Path::to_path_buf).unwrap_or_default();
                return self.symlink(name, &target);
            }
            Some(Kind::Folder) | None => return Err(outside()),
        }
        if let Some(parent) = path.parent() {
            self.make_folders(parent)?;
        }
        let (from, to) = (self.root.join(&original), self.root.join(&path));
        match self.seen.get(&key(&path)) {
            None => {
                // A copy: with a link, changing the one in the work folder would change the other.
                let bytes = fs_err::copy(&from, &to).map_err(|error| format!("`{}`: {error}", shown(name)))?;
                self.meter.bytes(bytes)?;
                if let Ok(modified) = fs_err::metadata(&from).and_then(|metadata| metadata.modified()) {
                    set_modified(&to, modified);
                }
                self.seen.insert(key(&path), Kind::File);
                Ok(())
            }
            Some(Kind::File) if same_content(&from, &to).unwrap_or(false) => Ok(()),
            Some(_) => Err(twin(name)),
        }
    }

    /// Makes the symlinks. Returns the folder that holds the sources: the only folder at the top, or the root itself.
    pub(super) fn finish(self) -> Result<PathBuf, Refusal> {
        let top = self.only_top_folder();
        let below_top = |path: &Path| match &top {
            Some(top) => path.strip_prefix(top).map(Path::to_path_buf).unwrap_or_else(|_| path.to_path_buf()),
            None => path.to_path_buf(),
        };
        // The folder at the top goes away, so a link may not leave that one either.
        let links: HashMap<PathBuf, PathBuf> =
            self.symlinks.iter().map(|(path, target)| (key(&below_top(path)), target.clone())).collect();
        for (path, target) in &self.symlinks {
            if !stays_inside(&below_top(path), target, &links) {
                return Err(format!(
                    "the symlink `{}` leads to `{}`, outside of the archive",
                    path.display(),
                    target.display()
                ));
            }
        }
        for (path, target) in &self.symlinks {
            let link = self.root.join(path);
            make_symlink(target, &link).map_err(|error| format!("the symlink `{}`: {error}", path.display()))?;
        }
        Ok(match top {
            Some(top) => self.root.join(top),
            None => self.root.to_path_buf(),
        })
    }

    /// Checks and counts an entry by its name.
    fn enter(&mut self, name: &Path) -> Result<PathBuf, Refusal> {
        if self.cancel.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        self.meter.entry()?;
        inside(name).ok_or_else(|| format!("the entry `{}` lies outside of the archive", shown(name)))
    }

    fn make_folders(&mut self, path: &Path) -> Result<(), Refusal> {
        let mut folder = PathBuf::new();
        for part in path.components() {
            folder.push(part);
            match self.seen.get(&key(&folder)) {
                Some(Kind::Folder) => {}
                Some(_) => return Err(twin(&folder)),
                None => {
                    fs_err::create_dir(self.root.join(&folder)).map_err(|error| error.to_string())?;
                    self.seen.insert(key(&folder), Kind::Folder);
                }
            }
        }
        Ok(())
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
            // A date that the file system cannot hold is no reason to fail.
            let _ = file.set_modified(modified);
        }
        Ok(())
    }

    fn symlink_target(&self, path: &Path) -> Option<&Path> {
        self.symlinks.iter().find(|(link, _)| link == path).map(|(_, target)| target.as_path())
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

fn twin(name: &Path) -> Refusal {
    format!("`{}` is in the archive twice, and not the same", shown(name))
}

/// A name from outside, fit for a message.
fn shown(name: &Path) -> String {
    name.to_string_lossy().escape_debug().to_string()
}

fn same_content(a: &Path, b: &Path) -> io::Result<bool> {
    Ok(fs_err::metadata(a)?.len() == fs_err::metadata(b)?.len() && fs_err::read(a)? == fs_err::read(b)?)
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
