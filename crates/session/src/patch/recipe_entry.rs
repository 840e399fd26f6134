//! Naming a new patch in the recipe file, and nothing else in it.
//!
//! A rendered source is not always the source of the same number in the file: conditions drop some, and an output may
//! take those of the whole recipe. So each place is tried in turn, and the one is right from which the recipe renders as
//! it did, with the patch in just that source.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use sidewinder_recipe::edit::{Edit, edit};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::stage1::Source;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};

use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::sources::Placement;

/// More places than any recipe has.
const MAX_SOURCES: usize = 256;

/// The recipe file as it will be.
#[derive(Debug)]
pub(super) struct RecipeEntry {
    path: PathBuf,
    text: String,
}

/// The source that can list a patch of these sources: it is placed after all of them, and its folder is around theirs.
pub(super) fn lister(sources: &BTreeSet<usize>, placements: &[Placement]) -> Option<usize> {
    let last = *sources.last()?;
    let fits = |index: &usize| {
        placements.get(*index).is_some_and(|lister| {
            sources
                .iter()
                .filter_map(|&index| placements.get(index))
                .all(|source| source.target.starts_with(&lister.target))
        })
    };
    (last..placements.len()).find(fits)
}

/// The patches that the recipe file lists now for each source of the session's output; `None` where the recipe cannot be
/// read or rendered as for the session.
pub(super) fn current_patches(layout: &Layout, variant: &RenderedVariant) -> Option<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(&layout.recipe_path).ok()?;
    let sources = Recipe { variant, revision: revision(&text) }.sources(&text)?;
    Some(sources.iter().map(|source| patches(source).to_vec()).collect())
}

/// Works out the recipe's text with a patch in one source's list; `None` where the recipe names it already. Nothing is
/// written.
///
/// # Errors
/// [`Error::MakePatch`] when there is no recipe file, when the patch is not in its folder, or when it is not clear where
/// in the file the source is.
pub(super) fn plan(
    layout: &Layout,
    variant: &RenderedVariant,
    source: usize,
    patch: &Path,
    file_name: &str,
) -> Result<Option<RecipeEntry>> {
    let fails = |reason: String| Error::MakePatch { patch: file_name.to_owned(), reason };
    let path = &layout.recipe_path;
    let text = fs_err::read_to_string(path).map_err(|error| fails(format!("cannot name it in the recipe: {error}")))?;
    let inside = patch.strip_prefix(&layout.recipe_dir).map_err(|_| {
        fails(format!("a recipe names patches in its own folder, `{}`, only", layout.recipe_dir.display()))
    })?;
    let name = super::compare::slashes(inside);
    let recipe = Recipe { variant, revision: revision(&text) };
    let unclear = |reason: &str| fails(format!("cannot name it in `{}`: {reason}", path.display()));
    let before = recipe.sources(&text).unwrap_or_else(|| variant.recipe.source.clone());
    if before.get(source).is_some_and(|before| patches(before).contains(&name)) {
        return Ok(None);
    }
    let mut wanted = before;
    match wanted.get_mut(source) {
        Some(wanted) => patches_mut(wanted).push(name.clone()),
        None => return Err(unclear("the recipe has fewer sources than when the session was made")),
    }
    let edited = recipe.edited(&text, &name, &wanted).map_err(|reason| unclear(&reason))?;
    Ok(Some(RecipeEntry { path: path.clone(), text: edited }))
}

impl RecipeEntry {
    /// Writes the recipe file. Returns its path.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn write(&self) -> Result<PathBuf> {
        write_recipe_file(&self.path, &self.text)?;
        Ok(self.path.clone())
    }
}

/// Writes the recipe, or a file next to it, whole or not at all; it keeps its mode.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn write_recipe_file(file: &Path, text: &str) -> Result<()> {
    let failed = |error| Error::io("cannot write", file)(error);
    // What a link leads to is written, not the link replaced.
    let path = fs_err::canonicalize(file).map_err(failed)?;
    let folder = path.parent().unwrap_or(&path);
    let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    temporary.write_all(text.as_bytes()).map_err(failed)?;
    let mode = fs_err::metadata(&path).map_err(failed)?.permissions();
    temporary.as_file().set_permissions(mode).map_err(failed)?;
    temporary.persist(&path).map_err(|error| error.error).map_err(failed)?;
    Ok(())
}

/// The session's output in a recipe, if the recipe can be rendered as the session's variant was.
pub(crate) fn render_as(variant: &RenderedVariant, text: &str) -> Option<RenderedVariant> {
    Recipe { variant, revision: revision(text) }.rendered(text)
}

/// A recipe as the session's variant was rendered from it.
struct Recipe<'a> {
    variant: &'a RenderedVariant,
    revision: RepodataRevision,
}

impl Recipe<'_> {
    /// The text with the patch in the place from which the wanted sources come.
    fn edited(&self, text: &str, patch: &str, wanted: &[Source]) -> Result<String, String> {
        let mut edits = Vec::new();
        let mut reason = "the recipe has no source there".to_owned();
        for output in [Some(self.variant.name.clone()), None] {
            for source in 0..MAX_SOURCES {
                let add = Edit::AddPatch { output: output.clone(), source, patch: patch.to_owned() };
                match edit(text, &[add], self.revision) {
                    Ok(edited) => edits.push(edited),
                    Err(error) => {
                        if source == 0 && output.is_none() {
                            reason = error.message;
                        }
                        break;
                    }
                }
            }
        }
        edits.dedup();
        if let Some(found) = edits.iter().find(|edited| self.sources(edited).as_deref() == Some(wanted)) {
            return Ok(found.clone());
        }
        // A recipe that cannot be rendered here, for want of an environment or of files, is clear if it has one source.
        match edits.as_slice() {
            [only] if self.sources(text).is_none() => Ok(only.clone()),
            [] => Err(reason),
            _ => Err("it is not clear which of its sources is meant".to_owned()),
        }
    }

    /// The sources of the session's output, if the text can be rendered as then.
    fn sources(&self, text: &str) -> Option<Vec<Source>> {
        self.rendered(text).map(|variant| variant.recipe.source)
    }

    /// The session's output, if the text can be rendered as then.
    fn rendered(&self, text: &str) -> Option<RenderedVariant> {
        let recipe = ParsedRecipe::parse(text, None, self.revision).ok()?;
        let values: IndexMap<_, _> =
            self.variant.variant.iter().map(|(key, value)| (key.clone(), vec![value.clone()])).collect();
        let variants = VariantConfig::new(values, Vec::new()).ok()?;
        let config = RenderConfig {
            target_platform: Some(self.variant.target_platform.clone()),
            host_platform: Some(self.variant.host_platform.clone()),
            build_platform: Some(self.variant.build_platform.clone()),
            experimental: self.variant.experimental,
            repodata_revision: self.revision,
            ..RenderConfig::default()
        };
        let rendered = recipe.render(&variants, &config).ok()?;
        let named = || rendered.iter().filter(|variant| variant.name == self.variant.name);
        let same = named().find(|variant| variant.hash == self.variant.hash);
        same.or_else(|| named().next()).cloned()
    }
}

/// The revision that the text parses in.
fn revision(text: &str) -> RepodataRevision {
    match ParsedRecipe::parse(text, None, RepodataRevision::Legacy) {
        Err(_) if ParsedRecipe::parse(text, None, RepodataRevision::V3).is_ok() => RepodataRevision::V3,
        _ => RepodataRevision::Legacy,
    }
}

fn patches(source: &Source) -> &[String] {
    match source {
        Source::Url(source) => &source.patches,
        Source::Path(source) => &source.patches,
        Source::Git(source) => &source.patches,
    }
}

fn patches_mut(source: &mut Source) -> &mut Vec<String> {
    match source {
        Source::Url(source) => &mut source.patches,
        Source::Path(source) => &mut source.patches,
        Source::Git(source) => &mut source.patches,
    }
}
