//! The words in which a package is described.

use std::collections::BTreeMap;

use rattler_conda_types::{NoArchType, Subdir};
use serde_json::{Map, Value};

use super::content::{Content, PrefixMark};

/// The kinds of run exports, in the order `run_exports.json` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunExport {
    /// Passed on from host to run.
    Weak,
    /// Passed on from build to host and run, and from host to run.
    Strong,
    /// Passed on from host to run by noarch outputs.
    Noarch,
    /// Like weak, as a constraint.
    WeakConstrains,
    /// Like strong, as a constraint.
    StrongConstrains,
}

impl RunExport {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Strong => "strong",
            Self::Noarch => "noarch",
            Self::WeakConstrains => "weak_constrains",
            Self::StrongConstrains => "strong_constrains",
        }
    }
}

/// The two archive formats of conda packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `.conda`: a zip of two zstd compressed tars.
    #[default]
    Conda,
    /// `.tar.bz2`: one bzip2 compressed tar.
    TarBz2,
}

/// A conda package to be: for the machine's platform, with nothing in it, until told otherwise.
///
/// The same description always gives the same bytes.
#[derive(Debug, Clone)]
pub struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) build: Option<String>,
    pub(crate) build_number: u64,
    pub(crate) subdir: Subdir,
    pub(crate) noarch: NoArchType,
    pub(crate) depends: Vec<String>,
    pub(crate) constrains: Vec<String>,
    pub(crate) run_exports: BTreeMap<RunExport, Vec<String>>,
    pub(crate) entry_points: Vec<String>,
    pub(crate) about: Map<String, Value>,
    pub(crate) index: Map<String, Value>,
    pub(crate) contents: BTreeMap<String, Content>,
    pub(crate) format: Format,
}

impl Package {
    /// A package of that name and version, build string `0`.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            build: None,
            build_number: 0,
            subdir: Subdir::current().unwrap_or(Subdir::NoArch),
            noarch: NoArchType::none(),
            depends: Vec::new(),
            constrains: Vec::new(),
            run_exports: BTreeMap::new(),
            entry_points: Vec::new(),
            about: Map::new(),
            index: Map::new(),
            contents: BTreeMap::new(),
            format: Format::default(),
        }
    }

    /// The build string; without it, it is the build number.
    pub fn build(mut self, build: impl Into<String>) -> Self {
        self.build = Some(build.into());
        self
    }

    /// The build number.
    pub fn number(mut self, number: u64) -> Self {
        self.build_number = number;
        self
    }

    /// The platform that the package is for.
    pub fn subdir(mut self, subdir: Subdir) -> Self {
        self.subdir = subdir;
        self
    }

    /// Makes it a generic noarch package.
    pub fn noarch_generic(mut self) -> Self {
        self.subdir = Subdir::NoArch;
        self.noarch = NoArchType::generic();
        self
    }

    /// Makes it a noarch python package: see [`Self::site_package`] and [`Self::entry_point`].
    pub fn noarch_python(mut self) -> Self {
        self.subdir = Subdir::NoArch;
        self.noarch = NoArchType::python();
        self
    }

    /// Adds match specs that it depends on.
    pub fn depends<S: Into<String>>(mut self, specs: impl IntoIterator<Item = S>) -> Self {
        self.depends.extend(specs.into_iter().map(Into::into));
        self
    }

    /// Adds match specs that hold only if something of that name is installed as well.
    pub fn constrains<S: Into<String>>(mut self, specs: impl IntoIterator<Item = S>) -> Self {
        self.constrains.extend(specs.into_iter().map(Into::into));
        self
    }

    /// Adds a run export.
    pub fn run_export(mut self, kind: RunExport, spec: impl Into<String>) -> Self {
        self.run_exports.entry(kind).or_default().push(spec.into());
        self
    }

    /// Sets a key of `info/about.json`.
    pub fn about(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.about.insert(key.to_owned(), value.into());
        self
    }

    /// Sets a key of `info/index.json`, also one that is set otherwise: `license`, `track_features`, `timestamp` …
    pub fn index(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.index.insert(key.to_owned(), value.into());
        self
    }

    /// Writes it in another archive format.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Adds a file (mode 0644), as it is.
    pub fn file(self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.with(path, Content::file(bytes.into(), false))
    }

    /// Adds a program (mode 0755), as it is.
    pub fn executable(self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.with(path, Content::file(bytes.into(), true))
    }

    /// Adds a text (mode 0644) in which `@PREFIX@` stands for the prefix that the package will be installed to.
    pub fn prefixed(self, path: impl Into<String>, text: &str) -> Self {
        self.with(path, Content::prefixed(text.as_bytes(), false, PrefixMark::Text))
    }

    /// Adds a script (mode 0755) in which `@PREFIX@` stands for the prefix that the package will be installed to.
    pub fn script(self, path: impl Into<String>, text: &str) -> Self {
        self.with(path, Content::prefixed(text.as_bytes(), true, PrefixMark::Text))
    }

    /// Adds a binary (mode 0755) with the prefix in it: as `@PREFIX@`, or as [`placeholder`](super::placeholder) where
    /// a compiler wrote it. The string it is in has to end in NUL.
    pub fn prefixed_binary(self, path: impl Into<String>, bytes: &[u8]) -> Self {
        self.with(path, Content::prefixed(bytes, true, PrefixMark::Binary))
    }

    /// Adds a file that has to be copied, never linked, into an environment.
    pub fn no_link_file(self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let content = Content::File { bytes: bytes.into(), executable: false, prefix: None, no_link: true };
        self.with(path, content)
    }

    /// Adds a symbolic link.
    pub fn link(self, path: impl Into<String>, target: impl Into<String>) -> Self {
        self.with(path, Content::Link { target: target.into() })
    }

    /// Adds a folder with nothing in it.
    pub fn empty_folder(self, path: impl Into<String>) -> Self {
        self.with(path, Content::EmptyFolder)
    }

    /// Adds a shell script that is sourced on activation; `@PREFIX@` in it stands for the prefix.
    pub fn activate(self, text: &str) -> Self {
        let path = format!("etc/conda/activate.d/{}.sh", self.name);
        self.text(path, text, false)
    }

    /// Adds a shell script that is sourced on deactivation; `@PREFIX@` in it stands for the prefix.
    pub fn deactivate(self, text: &str) -> Self {
        let path = format!("etc/conda/deactivate.d/{}.sh", self.name);
        self.text(path, text, false)
    }

    /// Sets variables on activation, by a file in `env_vars.d`.
    pub fn env_vars<'a>(self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let object: Map<String, Value> =
            variables.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
        let path = format!("etc/conda/env_vars.d/{}.json", self.name);
        self.file(path, Value::Object(object).to_string())
    }

    /// Adds a shell script that installers run once the package is linked.
    pub fn post_link(self, text: &str) -> Self {
        let path = format!("bin/.{}-post-link.sh", self.name);
        self.text(path, text, true)
    }

    /// Adds a shell script that installers run before the package is unlinked.
    pub fn pre_unlink(self, text: &str) -> Self {
        let path = format!("bin/.{}-pre-unlink.sh", self.name);
        self.text(path, text, true)
    }

    /// Adds a file of a noarch python package, by its path in `site-packages`.
    pub fn site_package(self, path: &str, text: &str) -> Self {
        self.file(format!("site-packages/{path}"), text)
    }

    /// Adds an entry point of a noarch python package: `command = module:function`.
    pub fn entry_point(mut self, entry_point: impl Into<String>) -> Self {
        self.entry_points.push(entry_point.into());
        self
    }

    /// `name-version-build`, which is the file's name without its ending.
    pub fn stem(&self) -> String {
        format!("{}-{}-{}", self.name, self.version, self.build_string())
    }

    /// The name of the package's file.
    pub fn file_name(&self) -> String {
        let ending = match self.format {
            Format::Conda => "conda",
            Format::TarBz2 => "tar.bz2",
        };
        format!("{}.{ending}", self.stem())
    }

    pub(crate) fn build_string(&self) -> String {
        self.build.clone().unwrap_or_else(|| self.build_number.to_string())
    }

    /// A text that is marked for prefix replacement only where the prefix is in it.
    fn text(self, path: String, text: &str, executable: bool) -> Self {
        let content = if text.contains(super::content::MARK) {
            Content::prefixed(text.as_bytes(), executable, PrefixMark::Text)
        } else {
            Content::file(text.into(), executable)
        };
        self.with(path, content)
    }

    fn with(mut self, path: impl Into<String>, content: Content) -> Self {
        self.contents.insert(path.into(), content);
        self
    }
}
