//! What a staging output is made from, as one hash.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::super::create::Setup;
use crate::environment::{Resolved, ResolvedEnvironment};
use crate::error::{Error, Result};

/// Larger files next to the recipe are not scripts, so only their size and time count.
const MAX_HASHED_BYTES: u64 = 1 << 20;

/// A hash of all that what a staging output makes depends on: where it is built, its packages, its sources and scripts
/// as they are in the work folder, and the files next to the recipe, which scripts may read.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn key(staging: &Setup<'_>, resolved: &Resolved) -> Result<String> {
    let mut hash = Sha256::new();
    let mut add = |what: &[u8]| {
        hash.update((what.len() as u64).to_le_bytes());
        hash.update(what);
    };
    add(staging.layout.build_dir.as_os_str().as_encoded_bytes());
    let recipe = serde_json::to_vec(&(&staging.variant.recipe.build, &staging.variant.variant));
    add(&recipe.map_err(|error| Error::Internal { reason: error.to_string() })?);
    for package in packages(&resolved.build).chain(packages(&resolved.host)) {
        add(package.as_bytes());
    }
    let env_file = staging.layout.build_env_script();
    for (file, text) in files(&staging.layout.work_dir, &env_file, true)? {
        add(file.as_os_str().as_encoded_bytes());
        add(&text);
    }
    if staging.layout.recipe_path.is_file() {
        for (file, text) in files(&staging.layout.recipe_dir, &env_file, false)? {
            // The recipe itself counts by what it says about this staging output.
            if staging.layout.recipe_dir.join(&file) != staging.layout.recipe_path {
                add(file.as_os_str().as_encoded_bytes());
                add(&text);
            }
        }
    }
    Ok(hex::encode(hash.finalize()))
}

fn packages(environment: &ResolvedEnvironment) -> impl Iterator<Item = String> {
    environment.records.iter().map(|record| {
        let sha256 = record.package_record.sha256.map(hex::encode).unwrap_or_default();
        format!("{} {sha256}", record.url)
    })
}

/// The files of a folder, sorted, with what counts of each; those below its folders too, if wanted.
fn files(root: &Path, env_file: &Path, is_deep: bool) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder).map_err(Error::io("cannot read", &folder))? {
            let path = entry.map_err(Error::io("cannot read", &folder))?.path();
            let metadata = fs_err::symlink_metadata(&path).map_err(Error::io("cannot read", &path))?;
            let relative = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
            if metadata.is_dir() {
                // What git keeps for itself changes without meaning.
                if is_deep && relative.file_name() != Some(std::ffi::OsStr::new(".git")) {
                    folders.push(path);
                }
                continue;
            }
            let text = if metadata.is_symlink() {
                fs_err::read_link(&path).map_err(Error::io("cannot read", &path))?.into_os_string().into_encoded_bytes()
            } else if !metadata.is_file() {
                continue;
            } else if is_deep || metadata.len() <= MAX_HASHED_BYTES {
                let text = fs_err::read(&path).map_err(Error::io("cannot read", &path))?;
                let text = if path == env_file { without_time(&text) } else { text };
                Sha256::digest(text).to_vec()
            } else {
                format!("{} {:?}", metadata.len(), metadata.modified().ok()).into_bytes()
            };
            found.push((relative, text));
        }
    }
    found.sort();
    Ok(found)
}

/// The environment without the moment at which the session was made.
fn without_time(text: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b" SOURCE_DATE_EPOCH=";
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    let is_time = |line: &&[u8]| line.windows(NAME.len()).any(|part| part == NAME);
    lines.filter(|line| !is_time(line)).flatten().copied().collect()
}
