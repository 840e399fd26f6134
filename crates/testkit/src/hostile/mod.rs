//! Packages that try to write where they must not, to take what is not theirs, or to hang whoever installs them.
//!
//! [`corpus`] is the list; each entry makes a channel of its own. What a client does with one is up to it, as long as
//! nothing outside the prefix and the package cache changes, and it comes to an end.

mod archives;
mod metadata;
mod paths;
mod raw;

use std::io;
use std::path::Path;

pub use raw::RawPackage;

use crate::package::Format;

/// One way to attack, as a channel to be.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// What it does, as a file name.
    pub name: &'static str,
    /// The packages of its channel.
    pub packages: Vec<RawPackage>,
    /// The specs to install at first.
    pub install: Vec<&'static str>,
    /// The specs to add later.
    pub add: Vec<&'static str>,
}

/// The whole list. `outside` is a folder with a file `victim` in it; some attacks aim at it by its absolute path, others
/// come from a sibling prefix.
pub fn corpus(outside: &Path, format: Format) -> Vec<Hostile> {
    let mut corpus = paths::cases(outside);
    corpus.extend(metadata::cases());
    corpus.extend(archives::cases(outside));
    for package in corpus.iter_mut().flat_map(|case| &mut case.packages) {
        package.format = format;
    }
    corpus
}

impl Hostile {
    /// An attack by one package, which is installed.
    fn one(name: &'static str, package: RawPackage) -> Self {
        Self { name, packages: vec![package], install: vec!["evil"], add: Vec::new() }
    }

    /// The same, with other packages in the channel.
    fn with(mut self, package: RawPackage) -> Self {
        self.packages.push(package);
        self
    }

    /// Installs these at first.
    fn installing(mut self, specs: &[&'static str]) -> Self {
        self.install = specs.to_vec();
        self
    }

    /// Adds these later.
    fn adding(mut self, specs: &[&'static str]) -> Self {
        self.add = specs.to_vec();
        self
    }

    /// Writes the channel into a folder.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        raw::write_channel(folder, &self.packages)
    }
}
