//! A recipe from text to rendered variants, with diagnostics as plain data: what the faces wrap.

use crate::diagnostic::{DiagnosticRecord, Diagnostics, TextIndex};
use crate::render::{self, RenderConfig, RenderedVariant, RepodataRevision};
use crate::stage0::{self, Stage0};
use crate::variants::VariantConfig;

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

/// Problems that left nothing to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// All of them, in the order of their places; at least one is an error.
    pub diagnostics: Vec<DiagnosticRecord>,
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
            _ => Err(Failure { diagnostics: records }),
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

    /// Names of the variant keys that the recipe can depend on, sorted.
    #[must_use]
    pub fn used_variables(&self) -> Vec<String> {
        let uses = self.stage0.static_uses();
        let mut names = uses.variables;
        names.extend(uses.free_specs);
        names.extend(uses.use_keys);
        names.into_iter().collect()
    }

    /// The packages to build, in build order.
    ///
    /// # Errors
    /// All problems, with places in the recipe.
    pub fn render(&self, variants: &VariantConfig, config: &RenderConfig) -> Result<Vec<RenderedVariant>, Failure> {
        match config.check_platforms().and_then(|()| render::render(&self.stage0, variants, config)) {
            Ok(rendered) => Ok(rendered
                .variants
                .into_iter()
                .map(|variant| RenderedVariant { recipe_path: self.path.clone(), ..variant })
                .collect()),
            Err(diagnostics) => Err(Failure { diagnostics: records(diagnostics, &self.text, self.path.as_deref()) }),
        }
    }
}

/// All errors and warnings of a recipe's text, without failing.
#[must_use]
pub fn check(text: &str, path: Option<&str>, revision: RepodataRevision) -> Vec<DiagnosticRecord> {
    let (_, diagnostics) = stage0::parse(text, revision);
    records(diagnostics, text, path)
}

fn records(diagnostics: Diagnostics, text: &str, path: Option<&str>) -> Vec<DiagnosticRecord> {
    let index = TextIndex::new(text);
    diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, path)).collect()
}
