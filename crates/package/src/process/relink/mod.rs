//! Run paths of binaries: those that name the host prefix become relative to the binary, so that a package works in any
//! prefix.

mod append;
mod elf;
mod in_place;
mod macho;
mod pe;
mod run_path;

use std::path::{Path, PathBuf};

use crate::content::{Content, Entry, EntryKind, FileEntry};
use crate::error::{Error, Result};
use crate::globs::{Choice, Filter};
use crate::monitor::check;
use crate::parallel;
use crate::prefix::Folder;
use crate::request::PackageRequest;
use crate::select::Selection;
use run_path::Rule;

/// Files smaller than this are not binaries of any format.
const MIN_BINARY_BYTES: u64 = 64;
/// Larger files are not read into memory as a whole.
const MAX_BINARY_BYTES: u64 = 4 << 30;

/// What is known about a binary of the package after relinking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binary {
    /// Path in the package.
    pub(crate) path: String,
    /// Path in the prefix.
    pub(crate) source: PathBuf,
    /// The libraries that it links against, as it names them.
    pub(crate) needed: Vec<String>,
    /// Where they are searched for, in order.
    pub(crate) search: Vec<String>,
}

/// The format of the binaries of a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Elf,
    MachO,
    Pe,
}

/// Makes the run paths of all binaries relative, and returns what they link against.
///
/// Nothing is done for packages that are not for one platform, or if the recipe says `binary_relocation: false`.
///
/// # Errors
/// [`Error::Relink`], [`Error::Glob`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn relink(request: &PackageRequest<'_>, selection: &mut Selection, scratch: &Folder) -> Result<Vec<Binary>> {
    let linking = &request.variant.recipe.build.dynamic_linking;
    let relocation = Choice::new("build.dynamic_linking.binary_relocation", &linking.binary_relocation)?;
    let Some(format) = format(request).filter(|_| !relocation.is_nothing()) else { return Ok(Vec::new()) };
    let rule = Rule {
        prefix: &request.folders.host_prefix,
        run_paths: if linking.rpaths.is_empty() { vec!["lib/".to_owned()] } else { linking.rpaths.clone() },
        allowed: Filter::new("build.dynamic_linking.rpath_allowlist", &linking.rpath_allowlist)?,
    };
    let candidates: Vec<usize> = (0..selection.entries.len())
        .filter(|&index| {
            selection.entries.get(index).is_some_and(|entry| {
                relocation.selects(Path::new(&entry.path))
                    && entry.as_file().is_some_and(|file| (MIN_BINARY_BYTES..MAX_BINARY_BYTES).contains(&file.size))
            })
        })
        .collect();
    let results = parallel::map(&candidates, request.options.threads(), |&index| {
        check(request.monitor)?;
        let (Some(entry), Some(source)) = (selection.entries.get(index), selection.sources.get(index)) else {
            return Ok(None);
        };
        relink_file(format, &rule, entry, source, index, scratch)
    })?;
    let mut binaries = Vec::new();
    for (index, result) in candidates.into_iter().zip(results) {
        let Some(Relinked { binary, change }) = result else { continue };
        binaries.push(binary);
        let Some(EntryKind::File(file)) = selection.entries.get_mut(index).map(|entry| &mut entry.kind) else {
            continue;
        };
        match (change, &mut file.content) {
            (Change::Patch(patches), Content::Stored { patches: all, .. }) => all.extend(patches),
            (Change::Rewritten(content, size), _) => *file = FileEntry { content, size, ..file.clone() },
            _ => {}
        }
    }
    Ok(binaries)
}

fn format(request: &PackageRequest<'_>) -> Option<Format> {
    let variant = request.variant;
    if variant.noarch.is_some() || variant.subdir == "noarch" {
        return None;
    }
    match variant.target_platform.split('-').next() {
        Some("linux") => Some(Format::Elf),
        Some("osx") => Some(Format::MachO),
        Some("win") => Some(Format::Pe),
        _ => None,
    }
}

struct Relinked {
    binary: Binary,
    change: Change,
}

/// What a file needs so that its run path is right.
enum Change {
    Nothing,
    /// Its length stays.
    Patch(Vec<crate::content::Patch>),
    /// It has new content, in the scratch folder, of so many bytes.
    Rewritten(Content, u64),
}

fn relink_file(
    format: Format,
    rule: &Rule<'_>,
    entry: &Entry,
    source: &Path,
    index: usize,
    scratch: &Folder,
) -> Result<Option<Relinked>> {
    let Some(file) = entry.as_file() else { return Ok(None) };
    let unreadable = |error| Error::io("failed to read", &entry.path)(error);
    let head = file.head(MIN_BINARY_BYTES as usize).map_err(unreadable)?;
    let is_binary = match format {
        Format::Elf => elf::has_header(&head),
        Format::MachO => macho::has_header(&head),
        Format::Pe => head.starts_with(b"MZ"),
    };
    if !is_binary {
        return Ok(None);
    }
    let content = file.read(MAX_BINARY_BYTES).map_err(unreadable)?;
    let failed = |reason: String| Error::Relink { path: entry.path.clone(), reason };
    let outcome = match format {
        Format::Elf => elf::relink(&content, rule, source).map_err(failed)?,
        Format::MachO => macho::relink(&content, rule, source).map_err(failed)?,
        Format::Pe => pe::inspect(&content),
    };
    let Some(Outcome { needed, search, edit }) = outcome else { return Ok(None) };
    let change = match edit {
        Edit::Nothing => Change::Nothing,
        Edit::Patch(patches) => Change::Patch(patches),
        Edit::Rewrite(bytes) => {
            let name = PathBuf::from(format!("binary-{index}"));
            let size = bytes.len() as u64;
            let place = scratch.path().join(&name);
            fs_err::write(&place, bytes).map_err(Error::io("failed to write", &place))?;
            Change::Rewritten(Content::Stored { folder: scratch.clone(), path: name, patches: Vec::new() }, size)
        }
    };
    let binary = Binary { path: entry.path.clone(), source: source.to_path_buf(), needed, search };
    Ok(Some(Relinked { binary, change }))
}

/// What a format's module says about a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    needed: Vec<String>,
    search: Vec<String>,
    edit: Edit,
}

/// How a binary is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Edit {
    Nothing,
    Patch(Vec<crate::content::Patch>),
    Rewrite(Vec<u8>),
}
