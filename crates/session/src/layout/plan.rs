//! Where everything of a session goes.

use std::path::{Component, Path, PathBuf};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use rattler_conda_types::PackageName;
use serde::{Deserialize, Serialize};

use super::host_prefix::host_prefix;
use super::paths::DebugPaths;
use crate::error::{Error, Result};

/// What a layout follows from.
#[derive(Clone, Copy, Debug)]
pub struct LayoutRequest<'a> {
    /// The output folder, created if missing, as a canonical path.
    pub output_dir: &'a Path,
    /// Name of the package.
    pub name: &'a str,
    /// The recipe file, where there is one.
    pub recipe_path: Option<&'a Path>,
    /// Whether build and host requirements share the host prefix (`build.merge_build_and_host_envs`).
    pub merged: bool,
    /// Whether the build folder has a stable name; else the name ends with the time.
    pub no_build_id: bool,
}

/// The folders of one session, all absolute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// The output folder; a channel of built packages as well.
    pub output_dir: PathBuf,
    /// The build folder: everything that this session alone owns.
    pub build_dir: PathBuf,
    /// Sources and scripts; `$SRC_DIR`.
    pub work_dir: PathBuf,
    /// `$BUILD_PREFIX`; the host prefix where the environments are merged.
    pub build_prefix: PathBuf,
    /// `$PREFIX`, padded to 255 bytes.
    pub host_prefix: PathBuf,
    /// Folder of the recipe; `$RECIPE_DIR`.
    pub recipe_dir: PathBuf,
    /// The recipe file; it need not exist.
    pub recipe_path: PathBuf,
    /// Whether the environments are merged.
    pub merged: bool,
}

impl Layout {
    /// Makes the output folder and works out all names below it; nothing else is made.
    ///
    /// # Errors
    /// [`Error::InvalidVariant`] for an invalid package name, [`Error::PathTooLong`] when the padded host prefix
    /// does not fit, [`Error::InvalidOption`] for an output folder whose path is not Unicode,
    /// [`Error::UnusableOnPath`], [`Error::Io`].
    pub fn plan(request: LayoutRequest<'_>) -> Result<Self> {
        let name = folder_name(request.name)?;
        fs_err::create_dir_all(request.output_dir).map_err(Error::io("cannot create", request.output_dir))?;
        let output_dir = canonical(request.output_dir)?;
        if output_dir.to_str().is_none() {
            return Err(Error::InvalidOption { option: "outputDir", reason: "its path is not valid Unicode".into() });
        }
        check_usable_on_path(&output_dir)?;
        let bld = output_dir.join("bld");
        let build_dir =
            if request.no_build_id { bld.join(format!("rattler-build_{name}")) } else { time_stamped(&bld, &name) };
        let host_prefix = host_prefix(&build_dir)?;
        let build_prefix = if request.merged { host_prefix.clone() } else { build_dir.join("build_env") };
        let recipe_path = match request.recipe_path {
            Some(path) => absolute(path)?,
            None => output_dir.join("_no_recipe").join("recipe.yaml"),
        };
        let recipe_dir = recipe_path.parent().unwrap_or(&output_dir).to_path_buf();
        Ok(Self {
            work_dir: build_dir.join("work"),
            build_prefix,
            host_prefix,
            recipe_dir,
            recipe_path,
            merged: request.merged,
            build_dir,
            output_dir,
        })
    }

    /// The folders for a test. Its prefix is not padded: what is installed there is run, never packaged, and a long path
    /// would not fit into the first line of scripts.
    #[must_use]
    pub fn for_test(mut self) -> Self {
        self.host_prefix = self.build_dir.join("test_env");
        self.build_prefix = self.build_dir.join("test_build_env");
        self.merged = false;
        self
    }

    /// Where downloaded and unpacked sources are kept unless a cache folder is given.
    #[must_use]
    pub fn source_cache(&self) -> PathBuf {
        self.output_dir.join("src_cache")
    }

    /// Where builds of staging outputs are kept.
    #[must_use]
    pub fn build_cache(&self) -> PathBuf {
        self.output_dir.join("build_cache")
    }

    /// The build script: `conda_build.sh`, on Windows `conda_build.bat`.
    #[must_use]
    pub fn build_script(&self) -> PathBuf {
        self.work_dir.join(if cfg!(windows) { "conda_build.bat" } else { "conda_build.sh" })
    }

    /// The script that sets up the build's environment: `build_env.sh`, on Windows `build_env.bat`.
    #[must_use]
    pub fn build_env_script(&self) -> PathBuf {
        self.work_dir.join(if cfg!(windows) { "build_env.bat" } else { "build_env.sh" })
    }

    /// The folders that callers of the SDK see.
    #[must_use]
    pub fn paths(&self) -> DebugPaths {
        DebugPaths {
            work_dir: self.work_dir.clone(),
            host_prefix: self.host_prefix.clone(),
            build_prefix: self.build_prefix.clone(),
            build_script: self.build_script(),
            build_env_script: self.build_env_script(),
            build_dir: self.build_dir.clone(),
            output_dir: self.output_dir.clone(),
            recipe_dir: self.recipe_dir.clone(),
        }
    }
}

/// The package name in the form that names the folder: lower case, and nothing that could leave `bld`.
fn folder_name(name: &str) -> Result<String> {
    let invalid = |reason: String| Error::InvalidVariant { reason };
    let parsed = PackageName::from_str(name)
        .map_err(|error| invalid(format!("`{}` is not a package name: {error}", name.escape_debug())))?;
    let normalized = parsed.as_normalized();
    let path = Path::new(normalized);
    let plain =
        matches!(path.components().collect::<Vec<_>>().as_slice(), [Component::Normal(only)] if **only == *normalized);
    if !plain || normalized.contains(['/', '\\', ':']) || normalized.chars().any(char::is_control) {
        return Err(invalid(format!("the package name `{}` cannot name a folder", name.escape_debug())));
    }
    Ok(normalized.to_owned())
}

/// `rattler-build_<name>_<epoch seconds>`; a second session within the same second takes the next number.
fn time_stamped(bld: &Path, name: &str) -> PathBuf {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default();
    let mut number = now;
    loop {
        let candidate = bld.join(format!("rattler-build_{name}_{number}"));
        if !candidate.exists() {
            return candidate;
        }
        number += 1;
    }
}

/// Folders of the environments go on `PATH`, where nothing can quote what parts them. Windows has no such names.
///
/// # Errors
/// [`Error::UnusableOnPath`].
pub(super) fn check_usable_on_path(folder: &Path) -> Result<()> {
    if cfg!(unix) && folder.as_os_str().as_encoded_bytes().contains(&b':') {
        return Err(Error::UnusableOnPath { path: folder.to_path_buf() });
    }
    Ok(())
}

/// An absolute path with symlinks resolved.
pub(super) fn canonical(path: &Path) -> Result<PathBuf> {
    let canonical = fs_err::canonicalize(path).map_err(Error::io("cannot resolve", path))?;
    Ok(without_verbatim_prefix(canonical))
}

/// An absolute path with symlinks resolved where the file exists.
fn absolute(path: &Path) -> Result<PathBuf> {
    match fs_err::canonicalize(path) {
        Ok(canonical) => Ok(without_verbatim_prefix(canonical)),
        Err(_) => std::path::absolute(path).map_err(Error::io("cannot resolve", path)),
    }
}

/// Build tools on Windows do not understand `\\?\C:\…`.
fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(rest) if cfg!(windows) && !rest.starts_with("UNC") => PathBuf::from(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn request<'a>(output_dir: &'a Path, name: &'a str) -> LayoutRequest<'a> {
        LayoutRequest { output_dir, name, recipe_path: None, merged: false, no_build_id: true }
    }

    #[test]
    fn names_that_would_leave_the_folder_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["", ".", "..", "a/b", "../x", "a\\b", "a\0b", "a\nb", "/abs", "c:x"] {
            let result = Layout::plan(request(dir.path(), name));
            assert!(matches!(result, Err(Error::InvalidVariant { .. })), "{name:?}: {result:?}");
        }
    }

    #[test]
    fn the_folder_has_the_normalised_name() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::plan(request(dir.path(), "Foo.Bar")).unwrap();
        assert!(layout.build_dir.ends_with("bld/rattler-build_foo.bar"));
    }

    #[test]
    fn merged_environments_share_the_host_prefix() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::plan(LayoutRequest { merged: true, ..request(dir.path(), "x") }).unwrap();
        assert_eq!(layout.build_prefix, layout.host_prefix);
    }

    #[test]
    fn the_output_folder_is_canonical() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        fs_err::create_dir(&real).unwrap();
        let link = dir.path().join("link");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&real, &link).unwrap();
        #[cfg(not(unix))]
        fs_err::create_dir(&link).unwrap();
        let layout = Layout::plan(request(&link, "x")).unwrap();
        assert_eq!(layout.output_dir, fs_err::canonicalize(&link).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_colon_anywhere_in_the_real_path_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let colon = dir.path().join("a:b");
        fs_err::create_dir(&colon).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&colon, &link).unwrap();
        for folder in [&colon, &colon.join("out"), &link] {
            let error = Layout::plan(request(folder, "x")).unwrap_err();
            assert!(matches!(error, Error::UnusableOnPath { .. }), "{folder:?}: {error}");
            assert_eq!(error.code(), "INVALID_OPTION");
            assert!(error.hint().unwrap().contains("`:`"));
        }
        let real = dir.path().join("real");
        fs_err::create_dir(&real).unwrap();
        let link = colon.join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(Layout::plan(request(&link, "x")).unwrap().output_dir, fs_err::canonicalize(&real).unwrap());
    }

    #[test]
    fn a_build_id_is_the_time_and_never_taken_twice() {
        let dir = tempfile::tempdir().unwrap();
        let with_id = LayoutRequest { no_build_id: false, ..request(dir.path(), "x") };
        let first = Layout::plan(with_id).unwrap();
        fs_err::create_dir_all(&first.build_dir).unwrap();
        let second = Layout::plan(with_id).unwrap();
        assert_ne!(first.build_dir, second.build_dir);
    }
}
