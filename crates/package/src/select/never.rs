//! Files that are never packaged.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::prefix::Installed;

/// Whether a file is never packaged, by its path relative to the prefix.
pub(super) fn is_excluded(path: &Path, all: &HashSet<&Path>, installed: &Installed) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    // libtool archives contain build paths; .pyo is byte code of Python 2.
    if matches!(extension, "la" | "pyo") {
        return true;
    }
    let mut components = path.components().filter_map(|part| part.as_os_str().to_str());
    if components.any(|name| matches!(name, ".DS_Store" | "CACHEDIR.TAG" | "conda-meta")) {
        return true;
    }
    // The index of all installed info pages, which differs from prefix to prefix.
    if path.starts_with("share/info/dir") {
        return true;
    }
    match extension {
        "pyc" => source_of(path).is_some_and(|source| installed.has(&source)) || is_shadowed(path, all),
        "py" => is_shadowed(path, all),
        _ => false,
    }
}

/// Python imports an extension module before a source file of the same name.
fn is_shadowed(path: &Path, all: &HashSet<&Path>) -> bool {
    ["so", "pyd"].iter().any(|extension| all.contains(path.with_extension(extension).as_path()))
}

/// The source that byte code was compiled from: `a/__pycache__/m.cpython-311.opt-1.pyc` and `a/m.pyc` → `a/m.py`.
fn source_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(".pyc")?;
    let folder = path.parent()?;
    if folder.file_name().is_some_and(|name| name == "__pycache__") {
        let module = name.split('.').next()?;
        return Some(folder.parent()?.join(format!("{module}.py")));
    }
    Some(folder.join(format!("{name}.py")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_code_is_matched_to_its_source() {
        for (code, source) in [
            ("lib/__pycache__/m.cpython-311.pyc", "lib/m.py"),
            ("lib/__pycache__/m.cpython-311.opt-1.pyc", "lib/m.py"),
            ("lib/m.pyc", "lib/m.py"),
        ] {
            assert_eq!(source_of(Path::new(code)), Some(PathBuf::from(source)), "{code}");
        }
    }

    #[test]
    fn some_names_are_excluded_wherever_they_are() {
        let (all, installed) = (HashSet::from([Path::new("lib/fast.so")]), Installed::default());
        for (path, excluded) in [
            ("lib/libx.la", true),
            ("lib/m.pyo", true),
            ("a/.DS_Store", true),
            ("a/conda-meta/x", true),
            ("share/info/dir", true),
            ("share/info/dirs", false),
            ("lib/fast.py", true),
            ("lib/fast.pyc", true),
            ("lib/slow.py", false),
            (".git/HEAD", false),
            ("lib/x.egg-info", false),
            ("lib/lonely.pyc", false),
        ] {
            assert_eq!(is_excluded(Path::new(path), &all, &installed), excluded, "{path}");
        }
    }
}
