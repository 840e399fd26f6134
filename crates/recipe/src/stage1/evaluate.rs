//! Evaluates a parsed recipe for one combination of variant values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Dependency, Recipe};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::render::RenderConfig;
use crate::stage0::{Stage0, Value};
use crate::variants::VariantValue;

/// One assignment of variant keys (normalised) → values.
pub type Combination = IndexMap<String, VariantValue>;

/// What a recipe evaluates to for one combination.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    /// The packages, in file order; skipped ones of multi-output recipes included, with `skip` set and nothing else
    /// reliable.
    pub outputs: Vec<EvaluatedOutput>,
    /// What the reference swallows: conditions in `skip` that failed, and the like.
    pub warnings: Diagnostics,
}

/// One package of a recipe for one combination, before pins, hash and build string.
#[derive(Clone, Debug)]
pub struct EvaluatedOutput {
    /// The evaluated recipe; `build.string` is not set yet.
    pub recipe: Recipe,
    /// Whether this variant is skipped.
    pub skip: bool,
    /// Top-level names that were looked up while this output was evaluated (specification 3.7, dynamic tracking),
    /// those that `context` looked up included.
    pub accessed: BTreeSet<String>,
    /// Context variables that shadow a variant key: whether the variant's own value was read while `context` was
    /// evaluated → the value to record (specification 5.7 and quirk 17: for single-output recipes the variant's, for
    /// multi-output recipes the context's).
    pub context_shadows: BTreeMap<String, Option<VariantValue>>,
    /// Names of free `build` and `host` specs, of this output and of the staging output it inherits from.
    pub free_specs: BTreeSet<String>,
    /// What the staging output looked up and needs, for an output that inherits from one.
    pub staging: Option<EvaluatedStaging>,
    /// `build.string`, to be rendered once the hash is known.
    pub build_string: Option<Value<Arc<str>>>,
    /// Where the output stands in the text, for errors about it as a whole.
    pub span: Span,
}

/// What a staging output contributes to the used variant of outputs that inherit from it.
#[derive(Clone, Debug, Default)]
pub struct EvaluatedStaging {
    /// Names that were looked up while the staging output was evaluated.
    pub accessed: BTreeSet<String>,
    /// Names of its free `build` and `host` specs.
    pub free_specs: BTreeSet<String>,
}

/// The `build` and `host` dependencies that one combination chooses; for the discovery of further keys.
#[derive(Clone, Debug, Default)]
pub struct EvaluatedRequirements {
    /// All of them, of all outputs and staging outputs that are not skipped.
    pub dependencies: Vec<Dependency>,
}

/// Evaluates a recipe for one combination.
///
/// # Errors
/// All problems found, not only the first.
pub fn evaluate(
    _recipe: &Stage0,
    _combination: &Combination,
    _config: &RenderConfig,
) -> Result<Evaluated, Diagnostics> {
    Ok(Evaluated::default())
}

/// Evaluates only context and `build` and `host` requirements, for the discovery of further variant keys.
///
/// # Errors
/// All problems found; callers ignore them for multi-output recipes (specification 5.6).
pub fn evaluate_requirements(
    _recipe: &Stage0,
    _combination: &Combination,
    _config: &RenderConfig,
) -> Result<EvaluatedRequirements, Diagnostics> {
    Ok(EvaluatedRequirements::default())
}

/// What a custom build string sees (specification 6.4).
#[derive(Clone, Debug)]
pub struct BuildStringInput<'a> {
    /// The used variant, with pins and without ignored keys.
    pub variant: &'a BTreeMap<String, VariantValue>,
    /// The recipe's evaluated context.
    pub context: &'a IndexMap<String, serde_json::Value>,
    /// Seven hex digits.
    pub hash: &'a str,
    /// Build number.
    pub build_number: u64,
    /// Platforms and the rest.
    pub config: &'a RenderConfig,
}

/// Renders a custom build string.
///
/// # Errors
/// A template that fails, at its scalar.
pub fn render_build_string(_string: &Value<Arc<str>>, _input: &BuildStringInput<'_>) -> Result<String, Diagnostic> {
    Ok(String::new())
}
