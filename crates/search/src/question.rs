//! What is searched for in the files of packages.

use serde::{Deserialize, Serialize};

use crate::file_list::FileList;
use crate::names::nearest;
use crate::subjects::{link_name, subject, wanted};

/// What a search looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SearchKind {
    /// A package by its name: `numpy`, `*boost*`, `zlib >=1.3`.
    #[default]
    Package,
    /// A header: `zlib.h`, `openssl/ssl.h`.
    Header,
    /// A command: `cmake`.
    Command,
    /// A library: `z`, `-lz`, `libz.so.1`.
    Library,
    /// A module of pkg-config: `glib-2.0`.
    PkgConfig,
    /// A package of CMake: `ZLIB`.
    Cmake,
    /// A Python module or distribution: `yaml`, `PyYAML`.
    Python,
    /// A Perl module: `XML::Parser`.
    Perl,
    /// An R package: `ggplot2`.
    R,
    /// Any file, by the end of its path: `share/aclocal/pkg.m4`.
    File,
}

impl SearchKind {
    /// Every kind that is searched for in files.
    pub const OF_FILES: [Self; 9] = [
        Self::Header,
        Self::Command,
        Self::Library,
        Self::PkgConfig,
        Self::Cmake,
        Self::Python,
        Self::Perl,
        Self::R,
        Self::File,
    ];

    /// The kind that a text can only be: `zlib.h` is a header, `libz.so.1` a library. Names of packages contain none of
    /// these endings.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let text = text.trim();
        let ends = |endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
        if ends(&[".h", ".hpp", ".hh", ".hxx", ".cuh"]) {
            Self::Header
        } else if ends(&[".pc"]) {
            Self::PkgConfig
        } else if text.starts_with("-l") || text.contains(".so.") || ends(&[".so", ".dylib", ".dll", ".lib"]) {
            Self::Library
        } else if ends(&["Config.cmake", "-config.cmake"]) {
            Self::Cmake
        } else if text.contains("::") && !text.contains(' ') && !text.contains('/') && !text.contains(':') {
            Self::Perl
        } else if text.contains('/') && !text.contains("::") && !text.contains(' ') {
            Self::File
        } else {
            Self::Package
        }
    }
}

/// A file that is wanted, by the name under which people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    kind: SearchKind,
    /// The forms of the name, best first, as [`subject`] writes them.
    names: Vec<String>,
}

/// How well a path answers: the lower, the better.
type Rank = (usize, usize, usize);

impl Question {
    /// A question of a kind. `name` may be written as tools print it: `-lz`, `/usr/bin/cmake`, `ZLIBConfig.cmake`.
    #[must_use]
    pub fn new(kind: SearchKind, name: &str) -> Self {
        Self { kind, names: wanted(kind, name) }
    }

    /// What is searched for.
    #[must_use]
    pub fn kind(&self) -> SearchKind {
        self.kind
    }

    /// The names that are searched for, best first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The files that answer, best first.
    #[must_use]
    pub fn answers<'f>(&self, files: &'f FileList) -> Vec<&'f str> {
        self.ranked(files).into_iter().map(|(_, path)| path).collect()
    }

    /// How well a package answers: the rank of its best file, the lower the better. `None` if it has no such file.
    #[must_use]
    pub fn rank(&self, files: &FileList) -> Option<(usize, usize)> {
        self.ranked(files).first().map(|((form, place, _), _)| (*form, *place))
    }

    /// Names of files of this kind that are near the one that is wanted, nearest first.
    #[must_use]
    pub fn nearest<'f>(&self, lists: impl IntoIterator<Item = &'f FileList>, max: usize) -> Vec<String> {
        let Some(name) = self.names.first().filter(|_| self.kind != SearchKind::File) else { return Vec::new() };
        let mut known = std::collections::BTreeSet::new();
        for path in lists.into_iter().flat_map(FileList::paths) {
            // What is asked for has no folder, so that of the files does not count.
            if let Some(found) = subject(self.kind, path).filter(|found| !found.name.starts_with("dist:")) {
                let base = if self.kind == SearchKind::Header && !name.contains('/') {
                    found.name.rsplit('/').next().unwrap_or_default()
                } else {
                    &found.name
                };
                known.insert(base.to_owned());
            }
        }
        nearest(name, known.iter().map(String::as_str), max).into_iter().map(str::to_owned).collect()
    }

    fn ranked<'f>(&self, files: &'f FileList) -> Vec<(Rank, &'f str)> {
        let mut found: Vec<(Rank, &str)> = files.paths().filter_map(|path| Some((self.rank_of(path)?, path))).collect();
        found.sort_unstable();
        found
    }

    fn rank_of(&self, path: &str) -> Option<Rank> {
        if self.kind == SearchKind::File {
            let form = self.names.iter().position(|name| ends_with_path(path, name))?;
            return Some((form, 0, path.len()));
        }
        let found = subject(self.kind, path)?;
        let form = self.names.iter().position(|name| match self.kind {
            // `ssl.h` is asked for, `openssl/ssl.h` is there.
            SearchKind::Header => ends_with_path(&found.name, name),
            _ => found.name == *name,
        });
        let form = form.or_else(|| {
            // Of a library that programs load, there is only the file with its version.
            let stem = link_name(&found.name).filter(|_| self.kind == SearchKind::Library)?;
            let bare = stem.strip_prefix("lib").unwrap_or(stem);
            self.names.iter().any(|name| name == bare || name == stem).then_some(self.names.len())
        })?;
        Some((form, found.place, path.len()))
    }
}

/// Whether a path is another one, or ends with it after a `/`.
fn ends_with_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| !end.is_empty() && (rest.is_empty() || rest.ends_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_an_ending_have_a_kind() {
        for (text, kind) in [
            ("zlib.h", SearchKind::Header),
            ("openssl/ssl.h", SearchKind::Header),
            ("-lz", SearchKind::Library),
            ("libz.so.1", SearchKind::Library),
            ("glib-2.0.pc", SearchKind::PkgConfig),
            ("ZLIBConfig.cmake", SearchKind::Cmake),
            ("share/aclocal/pkg.m4", SearchKind::File),
            ("numpy", SearchKind::Package),
            ("ruamel.yaml", SearchKind::Package),
            ("zlib >=1.3", SearchKind::Package),
            ("conda-forge::zlib", SearchKind::Package),
        ] {
            assert_eq!(SearchKind::of_text(text), kind, "{text}");
        }
    }

    #[test]
    fn packages_answer_with_their_files() {
        let files = FileList::of_paths([
            "bin/cmake",
            "bin/x86_64-conda-linux-gnu-gcc",
            "Library/bin/zip.exe",
            "include/openssl/ssl.h",
            "include/eigen3/Eigen/Dense",
            "include/python3.12/Python.h",
            "lib/python3.12/site-packages/numpy/core/include/numpy/arrayobject.h",
            "lib/libz.so",
            "lib/libz.so.1",
            "lib/libz.so.1.3.1",
            "Library/lib/zlib.lib",
            "lib/pkgconfig/glib-2.0.pc",
            "share/pkgconfig/xproto.pc",
            "lib/cmake/ZLIB/ZLIBConfig.cmake",
            "lib/cmake/fmt/fmt-config.cmake",
            "share/cmake-3.30/Modules/FindCURL.cmake",
            "site-packages/yaml/__init__.py",
            "site-packages/PyYAML-6.0.1.dist-info/METADATA",
            "lib/python3.12/site-packages/six.py",
            "lib/python3.12/site-packages/_yaml.cpython-312-x86_64-linux-gnu.so",
            "lib/python3.12/site-packages/google/protobuf/__init__.py",
            "lib/python3.12/json/__init__.py",
            "lib/perl5/site_perl/5.32/XML/Parser.pm",
            "lib/R/library/ggplot2/DESCRIPTION",
            "share/aclocal/pkg.m4",
        ]);
        let first = |kind, name: &str| Question::new(kind, name).answers(&files).first().copied().map(str::to_owned);
        for (kind, name, path) in [
            (SearchKind::Command, "cmake", "bin/cmake"),
            (SearchKind::Command, "/usr/bin/cmake", "bin/cmake"),
            (SearchKind::Command, "zip", "Library/bin/zip.exe"),
            (SearchKind::Command, "gcc", "bin/x86_64-conda-linux-gnu-gcc"),
            (SearchKind::Header, "openssl/ssl.h", "include/openssl/ssl.h"),
            (SearchKind::Header, "<openssl/ssl.h>", "include/openssl/ssl.h"),
            (SearchKind::Header, "ssl.h", "include/openssl/ssl.h"),
            (SearchKind::Header, "Eigen/Dense", "include/eigen3/Eigen/Dense"),
            (SearchKind::Header, "Python.h", "include/python3.12/Python.h"),
            (
                SearchKind::Header,
                "numpy/arrayobject.h",
                "lib/python3.12/site-packages/numpy/core/include/numpy/arrayobject.h",
            ),
            (SearchKind::Library, "z", "lib/libz.so"),
            (SearchKind::Library, "-lz", "lib/libz.so"),
            (SearchKind::Library, "libz", "lib/libz.so"),
            (SearchKind::Library, "libz.so.1", "lib/libz.so.1"),
            (SearchKind::Library, "zlib.lib", "Library/lib/zlib.lib"),
            (SearchKind::PkgConfig, "glib-2.0", "lib/pkgconfig/glib-2.0.pc"),
            (SearchKind::PkgConfig, "xproto.pc", "share/pkgconfig/xproto.pc"),
            (SearchKind::Cmake, "ZLIB", "lib/cmake/ZLIB/ZLIBConfig.cmake"),
            (SearchKind::Cmake, "fmt", "lib/cmake/fmt/fmt-config.cmake"),
            (SearchKind::Python, "yaml", "site-packages/yaml/__init__.py"),
            (SearchKind::Python, "PyYAML", "site-packages/PyYAML-6.0.1.dist-info/METADATA"),
            (SearchKind::Python, "pyyaml", "site-packages/PyYAML-6.0.1.dist-info/METADATA"),
            (SearchKind::Python, "six", "lib/python3.12/site-packages/six.py"),
            (SearchKind::Python, "_yaml", "lib/python3.12/site-packages/_yaml.cpython-312-x86_64-linux-gnu.so"),
            (SearchKind::Python, "google.protobuf", "lib/python3.12/site-packages/google/protobuf/__init__.py"),
            (SearchKind::Python, "json", "lib/python3.12/json/__init__.py"),
            (SearchKind::Perl, "XML::Parser", "lib/perl5/site_perl/5.32/XML/Parser.pm"),
            (SearchKind::R, "ggplot2", "lib/R/library/ggplot2/DESCRIPTION"),
            (SearchKind::File, "aclocal/pkg.m4", "share/aclocal/pkg.m4"),
        ] {
            assert_eq!(first(kind, name).as_deref(), Some(path), "{kind:?} {name}");
        }
        // Modules of CMake itself find packages; they do not provide them.
        assert_eq!(first(SearchKind::Cmake, "CURL"), None);
        assert_eq!(first(SearchKind::Header, "sl.h"), None);
        assert_eq!(first(SearchKind::Command, "make"), None);
    }
}
