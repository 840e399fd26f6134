//! Which patches belong to what a new patch is made against.
//!
//! A patch that was created earlier is just a file: it may be a draft, be deleted, or be renamed. It counts only while
//! the recipe lists it, or the caller says that it will be applied. Otherwise its changes would be in no patch at all.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sidewinder_recipe::RenderedVariant;

use super::apply::{Applied, changes};
use super::folder::Folder;
use super::recipe_entry::current_patches;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::sources::{CreatedPatch, MAX_PATCH_SIZE, SourceRecord, patch_path, read_regular};

/// A patch on the sources.
#[derive(Clone, Debug)]
pub(super) struct BaselinePatch {
    /// For messages.
    pub(super) name: String,
    pub(super) text: Vec<u8>,
    /// The source that lists it; `None` for a patch of the caller that was not created here: its names are taken as relative to
    /// the work directory.
    pub(super) source: Option<usize>,
}

/// The patches that are in effect, without the one at `output`, which is about to be created again.
///
/// # Errors
/// [`Error::Io`] when the copy of a patch that set-up applied is gone; [`Error::InvalidOption`] for a patch of the caller
/// that cannot be read.
pub(super) fn patches_in_effect(
    record: &SourceRecord,
    layout: &Layout,
    variant: Option<&RenderedVariant>,
    on_top_of: &[PathBuf],
    output: &Path,
) -> Result<Vec<BaselinePatch>> {
    let listed = variant.and_then(|variant| current_patches(layout, variant));
    let mut patches = Vec::new();
    for (index, placement) in record.placements.iter().enumerate() {
        let listed = listed.as_ref().and_then(|sources| sources.get(index));
        for patch in &placement.patches {
            let is_output = patch_path(&patch.name, layout) == output;
            // Set-up applied it, but the next one will not.
            let is_unlisted = listed.is_some_and(|listed| !listed.contains(&patch.name));
            if is_output || is_unlisted {
                continue;
            }
            let copy = layout.build_dir.join(&patch.copy);
            let text = fs_err::read(&copy).map_err(Error::io("cannot read", &copy))?;
            patches.push(BaselinePatch { name: patch.name.clone(), text, source: Some(index) });
        }
        let applied_at_setup = |name: &&String| placement.patches.iter().any(|patch| patch.name == **name);
        for name in listed.into_iter().flatten().filter(|name| !applied_at_setup(name)) {
            let path = patch_path(name, layout);
            let Some(text) = Some(&path).filter(|path| *path != output).and_then(|path| read(path)) else { continue };
            if created(record, &path, &text).is_some()
                || is_in_work_dir(&text, &layout.work_dir.join(&placement.target))
            {
                patches.push(BaselinePatch { name: name.clone(), text, source: Some(index) });
            }
        }
    }
    for path in on_top_of {
        let full = layout.recipe_dir.join(path);
        let text = read_regular(&full, MAX_PATCH_SIZE).map_err(|error| Error::InvalidOption {
            option: "onTopOf",
            reason: format!("cannot read `{}`: {error}", path.display()),
        })?;
        let source = created(record, &full, &text).and_then(|created| created.source);
        patches.push(BaselinePatch { name: path.display().to_string(), text, source });
    }
    Ok(patches)
}

/// The patches that set-up applied.
///
/// # Errors
/// [`Error::Io`] when the copy of one is gone.
pub(super) fn placed_patches(record: &SourceRecord, build_dir: &Path) -> Result<Vec<BaselinePatch>> {
    let all = record.placements.iter().enumerate();
    let all = all.flat_map(|(index, placement)| placement.patches.iter().map(move |patch| (index, patch)));
    all.map(|(index, patch)| {
        let copy = build_dir.join(&patch.copy);
        let text = fs_err::read(&copy).map_err(Error::io("cannot read", &copy))?;
        Ok(BaselinePatch { name: patch.name.clone(), text, source: Some(index) })
    })
    .collect()
}

/// The record of a patch that was created from the work directory, under this name or another.
fn created<'a>(record: &'a SourceRecord, path: &Path, text: &[u8]) -> Option<&'a CreatedPatch> {
    let sha256 = checksum(text);
    record.created.iter().find(|created| created.path == path || created.sha256 == sha256)
}

/// The checksum by which a patch is recognized.
pub(super) fn checksum(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

/// Whether someone applied a patch to the work directory by hand.
fn is_in_work_dir(text: &[u8], folder: &Path) -> bool {
    let applied = Folder::new(folder).ok().and_then(|folder| changes(&folder, text).ok());
    applied.is_some_and(|(_, application)| application.applied == Applied::Already)
}

fn read(path: &Path) -> Option<Vec<u8>> {
    read_regular(path, MAX_PATCH_SIZE).ok()
}
