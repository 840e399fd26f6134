//! From a description to a package file.

use std::io::{self, Error, ErrorKind};
use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use rattler_conda_types::compression_level::CompressionLevel;
use rattler_package_streaming::write::{write_conda_package, write_tar_bz2_package};

use super::builder::{Format, Package};
use super::content::Content;

impl Package {
    /// Writes the package's file into `folder` (made if missing) and returns its path.
    ///
    /// # Errors
    ///
    /// When a path in the package is not a plain relative one, or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        let stage = tempfile::tempdir()?;
        let paths = self.stage(stage.path())?;
        fs::create_dir_all(folder)?;
        let file = folder.join(self.file_name());
        let writer = io::BufWriter::new(fs::File::create(&file)?);
        // One worker thread: the bytes do not depend on the number of cores. The lowest level: tests want it quick.
        let level = CompressionLevel::Lowest;
        match self.format {
            Format::Conda => {
                write_conda_package(writer, stage.path(), &paths, level, Some(1), &self.stem(), None, None)?;
            }
            Format::TarBz2 => write_tar_bz2_package(writer, stage.path(), &paths, level, None, None)?,
        }
        Ok(file)
    }

    /// Lays everything out in a folder, as the writers of packages want it.
    fn stage(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for (path, content) in &self.contents {
            check(path)?;
            place(root, path, content)?;
            paths.push(root.join(path));
        }
        for (path, bytes) in self.metadata() {
            place(root, &path, &Content::file(bytes, false))?;
            paths.push(root.join(path));
        }
        Ok(paths)
    }
}

/// Only paths that stay inside.
fn check(path: &str) -> io::Result<()> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if plain && !path.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidInput, format!("{path:?} is not a path inside a package")))
}

fn place(root: &Path, path: &str, content: &Content) -> io::Result<()> {
    let target = root.join(path);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    match content {
        Content::File { bytes, executable, .. } => {
            fs::write(&target, bytes)?;
            if *executable {
                make_executable(&target)?;
            }
            Ok(())
        }
        Content::Link { target: to } => symlink(to, &target),
        Content::EmptyFolder => fs::create_dir_all(&target),
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn symlink(to: &str, path: &Path) -> io::Result<()> {
    fs::os::unix::fs::symlink(to, path)
}

#[cfg(not(unix))]
fn symlink(to: &str, path: &Path) -> io::Result<()> {
    fs::os::windows::fs::symlink_file(to, path)
}
