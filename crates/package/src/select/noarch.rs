//! Where a file goes in a package: as in the prefix, except in packages for every Python version.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use rattler::install::PythonInfo;
use rattler_conda_types::Subdir;
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::NoArch;

use crate::prefix::Installed;
use crate::report::Warnings;

/// Where the files of a package go.
#[derive(Debug)]
pub(super) enum Layout {
    /// As in the prefix.
    Same,
    /// For every Python version: the installer moves them to where its Python expects them.
    AnyPython {
        /// Commands of entry points, which the installer creates.
        commands: Vec<String>,
        /// Site-packages folder of the host environment's Python.
        site_packages: Option<PathBuf>,
        is_windows: bool,
    },
}

impl Layout {
    /// The layout of a variant's package.
    pub(super) fn of(variant: &RenderedVariant, installed: &Installed) -> Self {
        let python = &variant.recipe.build.python;
        if variant.noarch != Some(NoArch::Python) && !python.version_independent {
            return Self::Same;
        }
        let commands =
            python.entry_points.iter().filter_map(|entry| Some(entry.split_once('=')?.0.trim().to_owned())).collect();
        let site_packages = installed.package("python").and_then(|record| {
            let platform = Subdir::from_str(&variant.target_platform).ok()?;
            // CEP 17: Python itself may say where its site-packages folder is.
            let info = PythonInfo::from_python_record(&record.repodata_record.package_record, platform).ok()?;
            Some(info.site_packages_path)
        });
        Self::AnyPython { commands, site_packages, is_windows: variant.target_platform.starts_with("win-") }
    }

    /// Where a file goes; nothing if it is not packaged.
    pub(super) fn place(&self, path: &Path, warnings: &mut Warnings) -> Option<PathBuf> {
        let Self::AnyPython { commands, site_packages, is_windows } = self else { return Some(path.to_path_buf()) };
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_cache = path.components().any(|part| part.as_os_str() == "__pycache__");
        if is_cache || matches!(extension, "pyc" | "pyo" | "egg-info") {
            return None;
        }
        if let Some(rest) = below_site_packages(path, site_packages.as_deref()) {
            return Some(Path::new("site-packages").join(rest));
        }
        let mut parts = path.components();
        let first = parts.next().and_then(|part| part.as_os_str().to_str()).unwrap_or_default();
        if matches!(first, "bin" | "Scripts") {
            return place_script(parts.as_path(), first, commands, *is_windows);
        }
        if path.components().any(|part| part.as_os_str() == "site-packages") {
            let message = format!("`{}` stays where it is: it is not in Python's site-packages folder", path.display());
            warnings.about("site-packages-elsewhere", path.to_string_lossy(), message);
        }
        Some(path.to_path_buf())
    }
}

/// The rest of a path below the site-packages folder of Python.
fn below_site_packages<'a>(path: &'a Path, site_packages: Option<&Path>) -> Option<&'a Path> {
    if let Some(rest) = site_packages.and_then(|folder| path.strip_prefix(folder).ok()) {
        return Some(rest);
    }
    // Without Python in the host environment, or with another one in the build environment.
    if let Ok(rest) = path.strip_prefix("Lib/site-packages") {
        return Some(rest);
    }
    let rest = path.strip_prefix("lib").ok()?;
    let python = rest.components().next()?.as_os_str().to_str()?;
    let version = python.strip_prefix("python")?;
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 't'));
    is_version.then(|| rest.strip_prefix(python).ok()?.strip_prefix("site-packages").ok()).flatten()
}

/// Where a script goes; nothing for those that installers create.
fn place_script(name: &Path, folder: &str, commands: &[String], is_windows: bool) -> Option<PathBuf> {
    let text = name.to_str().unwrap_or_default();
    let is_command = |text: &str| commands.iter().any(|command| command == text);
    let is_launcher = if folder == "bin" {
        is_command(text)
    } else {
        [".exe", "-script.py"].iter().any(|suffix| text.strip_suffix(suffix).is_some_and(is_command))
    };
    if is_launcher {
        return None;
    }
    let name = if is_windows { Path::new(text.strip_suffix("-script.py").unwrap_or(text)) } else { name };
    Some(Path::new("python-scripts").join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_move_to_where_any_python_finds_them() {
        let layout = Layout::AnyPython { commands: vec!["cmd".into()], site_packages: None, is_windows: false };
        let mut warnings = Warnings::default();
        for (path, place) in [
            ("lib/python3.11/site-packages/p/m.py", Some("site-packages/p/m.py")),
            ("lib/python3.13t/site-packages/p.py", Some("site-packages/p.py")),
            ("Lib/site-packages/p.py", Some("site-packages/p.py")),
            ("bin/cmd", None),
            ("Scripts/cmd.exe", None),
            ("Scripts/cmd-script.py", None),
            ("bin/other", Some("python-scripts/other")),
            ("lib/python3.11/site-packages/p/__pycache__/m.cpython-311.pyc", None),
            ("lib/python3.11/site-packages/x.egg-info", None),
            ("lib/python3.11/site-packages/x.egg-info/PKG-INFO", Some("site-packages/x.egg-info/PKG-INFO")),
            ("share/doc/p", Some("share/doc/p")),
            ("lib/python3.11/lib-dynload/x.py", Some("lib/python3.11/lib-dynload/x.py")),
        ] {
            assert_eq!(layout.place(Path::new(path), &mut warnings), place.map(PathBuf::from), "{path}");
        }
        assert!(warnings.0.is_empty());
        let elsewhere = Path::new("share/x/site-packages/f");
        assert_eq!(layout.place(elsewhere, &mut warnings), Some(elsewhere.to_path_buf()));
        assert_eq!(warnings.0.first().map(|warning| warning.code.as_str()), Some("site-packages-elsewhere"));
    }
}
