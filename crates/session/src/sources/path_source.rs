//! Sources next to the recipe.

use std::path::{Path, PathBuf};

use sidewinder_recipe::stage1::PathSource;

use super::archive::ArchiveKind;
use super::checksum::{self, Expected};
use super::copy::{copy_file, copy_tree};
use super::fetch::{Context, FetchedSource};
use super::origin::Origin;
use super::selection::Selection;
use super::task::blocking;
use super::url_source::{report_skipped, unpack_entry};
use crate::error::{Error, Result};
use crate::layout::remove_tree;

/// Takes a pristine copy of a path source; an archive is unpacked into the cache.
///
/// The copy is what later patches are made against, as the original may change at any time.
///
/// # Errors
/// [`Error::Source`], [`Error::Checksum`], [`Error::Io`], [`Error::Cancelled`].
pub(super) async fn fetch(source: &PathSource, index: usize, context: &Context) -> Result<FetchedSource> {
    let shown = source.path.clone();
    let path = context.recipe_dir.join(&source.path);
    let path = fs_err::canonicalize(&path).map_err(|error| Error::Source {
        location: shown.clone(),
        reason: format!("cannot find `{}`: {}", path.display(), error.kind()),
        http: None,
    })?;
    context.progress.info(format!("Fetching source from path: {}", path.display()));
    if path.is_dir() {
        return copy_folder(source, path, index, context).await;
    }
    // A device or a pipe may have no end.
    if !path.is_file() {
        let reason = format!("`{}` is not a file or a directory", path.display());
        return Err(Error::Source { location: shown, reason, http: None });
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (hashed, cancel) = (path.clone(), context.cancel.clone());
    let actual = blocking(move || checksum::of_file(&hashed, &cancel)).await?;
    Expected::new(source.sha256.as_deref(), source.md5.as_deref()).verify(&actual, &shown)?;
    match (&source.file_name, ArchiveKind::of(&name)) {
        (None, Some(kind)) => {
            let entry = context.cache.entry(&["path", &actual.sha256, &name]).lock(&context.cancel).await?;
            let root = entry.extracted();
            if !entry.tree_is_whole() {
                entry.drop_tree()?;
                unpack_entry(&entry, path, kind, shown.clone(), context).await?;
            }
            report_skipped(&entry, &shown, context)?;
            let origin = Origin::Tree { root, selection: Selection::filtered(&source.filter) };
            Ok(FetchedSource::plain(origin))
        }
        (file_name, _) => {
            let name = file_name.clone().unwrap_or(name);
            let relative = pristine(index, context).join("file");
            let to = context.build_dir.join(&relative);
            blocking(move || {
                make_anew(to.parent().unwrap_or(&to))?;
                copy_file(&path, &to)
            })
            .await?;
            Ok(FetchedSource::plain(Origin::File { path: relative, name }))
        }
    }
}

async fn copy_folder(source: &PathSource, from: PathBuf, index: usize, context: &Context) -> Result<FetchedSource> {
    let selection = Selection {
        filter: source.filter.clone(),
        gitignore: source.use_gitignore,
        condapackageignore: true,
        leave_out: vec![context.build_dir.clone(), context.cache.root().to_path_buf()],
    };
    let root = pristine(index, context);
    let to = context.build_dir.join(&root);
    let (progress, cancel) = (context.progress.clone(), context.cancel.clone());
    blocking(move || {
        make_anew(&to)?;
        copy_tree(&from, &selection, &to, &progress, &cancel)
    })
    .await?;
    Ok(FetchedSource::plain(Origin::Tree { root, selection: Selection::all() }))
}

/// Folder of a source's pristine copy, relative to the build folder.
fn pristine(index: usize, context: &Context) -> PathBuf {
    context.pristine.join(index.to_string())
}

fn make_anew(folder: &Path) -> Result<()> {
    remove_tree(folder).map_err(Error::io("cannot remove", folder))?;
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))
}
