//! A recipe from text to rendered variants, with diagnostics as plain data: what the bindings wrap.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, DiagnosticRecord, Diagnostics, Failure, TextIndex};
use crate::model::{RenderConfig, RepodataRevision};
use crate::render::{self, RenderedVariant};
use crate::stage0::{self, Stage0};
use crate::template::platform::is_selector;
use crate::variants::{VariantConfig, normalize_key};

/// A parsed recipe together with its text.
///
/// # Example: parse, then render
/// ```
/// use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
///
/// let text = "package:\n  name: demo\n  version: 1.0\n";
/// # let Ok(recipe) = ParsedRecipe::parse(text, None, Default::default()) else { return };
/// let variants = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ParsedRecipe {
    text: String,
    path: Option<String>,
    stage0: Stage0,
    warnings: Vec<DiagnosticRecord>,
}

/// What a recipe renders to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendering {
    /// The packages to build, in build order.
    pub variants: Vec<RenderedVariant>,
    /// What looks wrong although it renders, in the order of its places.
    pub warnings: Vec<DiagnosticRecord>,
    /// Files that `load_from_file` asked for in a `skip` condition and that [`RenderConfig::files`] does not have.
    pub missing_files: Vec<String>,
}

impl ParsedRecipe {
    /// Reads a recipe. `path` is only named in diagnostics and results.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn parse(text: &str, path: Option<&str>, revision: RepodataRevision) -> Result<Self, Failure> {
        let (stage0, diagnostics) = stage0::parse(text, revision);
        let failed = diagnostics.has_errors();
        let records = records(diagnostics, text, path);
        match stage0 {
            Some(stage0) if !failed => {
                Ok(Self { text: text.to_owned(), path: path.map(str::to_owned), stage0, warnings: records })
            }
            _ => Err(Failure::new(records)),
        }
    }

    /// The parsed recipe.
    #[must_use]
    pub fn stage0(&self) -> &Stage0 {
        &self.stage0
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it was read from, if anywhere.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Whether it has several outputs.
    #[must_use]
    pub fn is_multi(&self) -> bool {
        matches!(self.stage0, Stage0::Multi(_))
    }

    /// What looks wrong, though it parses.
    #[must_use]
    pub fn warnings(&self) -> &[DiagnosticRecord] {
        &self.warnings
    }

    /// Names of the variant keys that the recipe can depend on, in normal form, sorted. What the recipe's own `context`
    /// defines and what tells platforms apart (`unix`, `win`) is left out.
    #[must_use]
    pub fn used_variables(&self) -> Vec<String> {
        let uses = self.stage0.static_uses();
        let (own, read_by_context) = self.stage0.context().names();
        let mut names: BTreeSet<String> =
            uses.variables.into_iter().filter(|name| !own.contains(name.as_str()) && !is_selector(name)).collect();
        names.extend(read_by_context.into_iter().filter(|name| !is_selector(name)).map(str::to_owned));
        names.extend(uses.free_specs);
        names.extend(uses.use_keys);
        names.iter().map(|name| normalize_key(name).into_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The packages to build, in build order.
    ///
    /// # Errors
    /// All problems, with places in the recipe or, for `zip_keys`, in the variant files.
    pub fn render(&self, variants: &VariantConfig, config: &RenderConfig) -> Result<Vec<RenderedVariant>, Failure> {
        self.render_with_warnings(variants, config).map(|rendering| rendering.variants)
    }

    /// As [`ParsedRecipe::render`], with what looks wrong although it renders.
    ///
    /// # Errors
    /// All problems, with places in the recipe or, for `zip_keys`, in the variant files.
    pub fn render_with_warnings(&self, variants: &VariantConfig, config: &RenderConfig) -> Result<Rendering, Failure> {
        let records = |diagnostics| records(diagnostics, &self.text, self.path.as_deref());
        let broken = variants.zip_errors();
        if !broken.is_empty() {
            return Err(Failure::new(broken));
        }
        match config.check_platforms().and_then(|()| render::render(&self.stage0, variants, config)) {
            Ok(mut rendered) => {
                for variant in &mut rendered.variants {
                    variant.recipe_path.clone_from(&self.path);
                }
                let missing_files = missing_files(rendered.warnings.items());
                if variants.values.is_empty() {
                    // Without variant files, that `match` is asked about an undefined name says nothing.
                    rendered.warnings.retain(|warning| warning.undefined.is_none());
                }
                Ok(Rendering { variants: rendered.variants, warnings: records(rendered.warnings), missing_files })
            }
            Err(diagnostics) => {
                let missing_files = missing_files(diagnostics.items());
                Err(Failure { diagnostics: records(diagnostics), missing_files })
            }
        }
    }
}

/// The names of files that were missing, each once, in the order of the diagnostics.
pub(crate) fn missing_files(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in diagnostics.iter().filter_map(|diagnostic| diagnostic.missing_file.as_deref()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// All errors and warnings of a recipe's text, without failing.
#[must_use]
pub fn check(text: &str, path: Option<&str>, revision: RepodataRevision) -> Vec<DiagnosticRecord> {
    let (_, diagnostics) = stage0::parse(text, revision);
    records(diagnostics, text, path)
}

fn records(diagnostics: Diagnostics, text: &str, path: Option<&str>) -> Vec<DiagnosticRecord> {
    if diagnostics.is_empty() {
        return Vec::new();
    }
    let index = TextIndex::new(text);
    diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, path)).collect()
}
