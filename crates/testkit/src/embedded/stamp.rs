//! Whether a channel on disk is the one that would be made now.

use std::io;
use std::path::Path;

use fs_err as fs;
use rattler_conda_types::Subdir;
use sha2::{Digest, Sha256};

use super::compile::Compiler;
use super::{greet, python};

const FILE: &str = ".embedded-channel";

/// Everything that decides what is in the channel.
const SOURCES: [&str; 16] = [
    include_str!("mod.rs"),
    include_str!("compile.rs"),
    include_str!("greet.rs"),
    include_str!("python.rs"),
    include_str!("solver.rs"),
    include_str!("../channel.rs"),
    include_str!("../package/builder.rs"),
    include_str!("../package/content.rs"),
    include_str!("../package/metadata.rs"),
    include_str!("../package/write.rs"),
    greet::HEADER,
    greet::LIBRARY,
    greet::WHERE,
    greet::CONFIG,
    greet::ACTIVATE,
    python::STAND_IN,
];

pub(super) fn of(platform: Subdir, compiler: &Compiler) -> String {
    let mut hash = Sha256::new();
    for source in SOURCES.into_iter().chain([platform.as_str(), compiler.identity()]) {
        hash.update(source.len().to_le_bytes());
        hash.update(source);
    }
    hex::encode(hash.finalize())
}

pub(super) fn is_at(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join(FILE)).is_ok_and(|found| found == stamp)
}

pub(super) fn put(folder: &Path, stamp: &str) -> io::Result<()> {
    fs::write(folder.join(FILE), stamp)
}
