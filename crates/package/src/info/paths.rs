//! `paths.json`: the files of the package, and how the build prefix in them is replaced.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use rattler_conda_types::package::{FileMode, PathType, PathsEntry, PathsJson, PrefixPlaceholder};
use sidewinder_recipe::stage1::PrefixDetection;

use super::text::json;
use crate::content::{Digest, Entry, EntryKind, FileKind};
use crate::error::Result;
use crate::globs::{Choice, Filter};
use crate::report::{PackagedFile, PackagedFileKind, PrefixKind};
use crate::request::PackageRequest;

/// SHA-256 of nothing: for symlinks that lead to no file of the package.
const EMPTY_SHA256: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];
/// Symlinks in a chain; more are taken for a loop, as by the system.
const MAX_LINKS: usize = 40;

/// Which files contain the build prefix, and as what.
#[derive(Debug)]
pub(crate) struct Detection {
    /// The host prefix.
    placeholder: String,
    /// Index of the host prefix among the needles.
    needle: usize,
    ignore: Choice,
    ignore_binary: bool,
    force_text: Filter,
    force_binary: Filter,
    always_copy: Filter,
}

impl Detection {
    /// The settings of a recipe.
    ///
    /// # Errors
    /// [`crate::Error::Glob`].
    pub(crate) fn new(request: &PackageRequest<'_>, needle: usize) -> Result<Self> {
        let build = &request.variant.recipe.build;
        let PrefixDetection { force_file_type, ignore, ignore_binary_files } = &build.prefix_detection;
        Ok(Self {
            placeholder: request.folders.host_prefix.to_string_lossy().into_owned(),
            needle,
            ignore: Choice::new("build.prefix_detection.ignore", ignore)?,
            // The installer does not replace prefixes in binaries on Windows.
            ignore_binary: *ignore_binary_files || request.variant.target_platform.starts_with("win-"),
            force_text: Filter::new("build.prefix_detection.force_file_type.text", &force_file_type.text)?,
            force_binary: Filter::new("build.prefix_detection.force_file_type.binary", &force_file_type.binary)?,
            always_copy: Filter::new("build.always_copy_files", &build.always_copy_files)?,
        })
    }

    /// How the prefix in a file is replaced; nothing if it does not contain it.
    pub(crate) fn prefix(&self, path: &str, digest: &Digest) -> Option<PrefixKind> {
        let place = Path::new(path);
        let is_byte_code = place.extension().is_some_and(|extension| extension == "pyc" || extension == "pyo");
        if is_byte_code || self.ignore.selects(place) || !digest.contains.get(self.needle).copied().unwrap_or(false) {
            return None;
        }
        let (text, binary) = (self.force_text.selects(place), self.force_binary.selects(place));
        // The search is that of the detected type; a forced one only changes what is written about it.
        let is_searched_as_text = digest.kind == FileKind::Text && !binary;
        if !is_searched_as_text && self.ignore_binary {
            return None;
        }
        Some(if binary {
            PrefixKind::Binary
        } else if text || digest.kind == FileKind::Text {
            PrefixKind::Text
        } else {
            PrefixKind::Binary
        })
    }
}

/// Writes `paths.json`.
///
/// # Errors
/// [`crate::Error::Metadata`].
pub(crate) fn paths_json(detection: &Detection, entries: &[Entry], digests: &[Option<Digest>]) -> Result<Entry> {
    let links = Links::new(entries, digests);
    let describe = |(entry, digest): (&Entry, &Option<Digest>)| {
        let (path_type, sha256, size, prefix) = match (&entry.kind, digest) {
            (EntryKind::File(_), Some(digest)) => {
                (PathType::HardLink, digest.sha256, digest.size, detection.prefix(&entry.path, digest))
            }
            (EntryKind::Link { target }, _) => {
                (PathType::SoftLink, links.sha256(&entry.path), target.len() as u64, None)
            }
            _ => return None,
        };
        let is_file = path_type == PathType::HardLink;
        Some(PathsEntry {
            no_link: is_file && detection.always_copy.selects(Path::new(&entry.path)),
            relative_path: PathBuf::from(&entry.path),
            path_type,
            prefix_placeholder: prefix.map(|prefix| PrefixPlaceholder {
                file_mode: match prefix {
                    PrefixKind::Text => FileMode::Text,
                    PrefixKind::Binary => FileMode::Binary,
                },
                placeholder: detection.placeholder.clone(),
                experimental_offsets: None,
            }),
            sha256: Some(sha256.into()),
            size_in_bytes: Some(size),
        })
    };
    let paths = entries.iter().zip(digests).filter_map(describe).collect();
    json("info/paths.json", &PathsJson { paths, paths_version: 1 })
}

/// The files of the package, as the caller sees them.
pub(crate) fn packaged_files(
    detection: &Detection,
    entries: &[Entry],
    digests: &[Option<Digest>],
) -> Vec<PackagedFile> {
    let describe = |(entry, digest): (&Entry, &Option<Digest>)| {
        let (kind, size) = match &entry.kind {
            EntryKind::File(file) => (PackagedFileKind::File, file.size),
            EntryKind::Link { target } => (PackagedFileKind::Symlink, target.len() as u64),
            EntryKind::Folder => (PackagedFileKind::Directory, 0),
        };
        let prefix = digest.as_ref().and_then(|digest| detection.prefix(&entry.path, digest));
        PackagedFile { path: entry.path.clone(), kind, size, prefix }
    };
    entries.iter().zip(digests).map(describe).collect()
}

/// Where symlinks of the package lead.
struct Links<'a> {
    members: HashMap<&'a str, (&'a EntryKind, Option<[u8; 32]>)>,
}

impl<'a> Links<'a> {
    fn new(entries: &'a [Entry], digests: &[Option<Digest>]) -> Self {
        let hash = |digest: &Option<Digest>| digest.as_ref().map(|digest| digest.sha256);
        let members = entries.iter().zip(digests);
        Self { members: members.map(|(entry, digest)| (entry.path.as_str(), (&entry.kind, hash(digest)))).collect() }
    }

    /// The hash of the file that a symlink leads to, if it is in the package.
    fn sha256(&self, path: &str) -> [u8; 32] {
        let mut current = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.members.get(current.as_str()) {
                Some((EntryKind::Link { target }, _)) => match resolved(&current, target) {
                    Some(next) => current = next,
                    None => break,
                },
                Some((_, Some(sha256))) => return *sha256,
                _ => match self.through_folder(&current) {
                    Some(next) => current = next,
                    None => break,
                },
            }
        }
        EMPTY_SHA256
    }

    /// A path whose first folders are a symlink, with the symlink's target in their place.
    fn through_folder(&self, path: &str) -> Option<String> {
        let slashes = path.match_indices('/').map(|(at, _)| at);
        slashes.into_iter().find_map(|at| {
            let (folder, rest) = path.split_at_checked(at)?;
            let (EntryKind::Link { target }, _) = self.members.get(folder)? else { return None };
            Some(format!("{}{rest}", resolved(folder, target)?))
        })
    }
}

/// The path that a symlink's target names, if it stays in the package.
fn resolved(link: &str, target: &str) -> Option<String> {
    if Path::new(target).has_root() {
        return None;
    }
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for component in Path::new(folder).components().chain(Path::new(target).components()) {
        match component {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_link_is_that_of_the_file_it_leads_to() {
        let digest = Digest { sha256: [7; 32], kind: FileKind::Text, contains: vec![], size: 1 };
        let file = Entry::made("lib/x.so.1", b"x".as_slice(), false);
        let link = |path: &str, target: &str| Entry {
            path: path.to_owned(),
            kind: EntryKind::Link { target: target.to_owned() },
        };
        let entries = [
            file,
            link("lib/x.so", "x.so.1"),
            link("bin/x", "../lib/x.so"),
            link("lib64", "lib"),
            link("y", "lib64/x.so"),
            link("loop", "loop"),
            link("out", "../../etc/hostname"),
            link("absolute", "/etc/hostname"),
        ];
        let digests = [Some(digest), None, None, None, None, None, None, None];
        let links = Links::new(&entries, &digests);
        for path in ["lib/x.so", "bin/x", "y"] {
            assert_eq!(links.sha256(path), [7; 32], "{path}");
        }
        for path in ["lib64", "loop", "out", "absolute"] {
            assert_eq!(links.sha256(path), EMPTY_SHA256, "{path}");
        }
    }
}
