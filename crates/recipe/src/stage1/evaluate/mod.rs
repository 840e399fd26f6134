//! Evaluates a parsed recipe for one combination of variant values.

mod about;
mod build;
mod build_string;
mod context;
mod extra;
mod fields;
mod merge;
mod multi;
mod pins;
mod regex;
mod requirements;
mod script;
mod single;
mod skip;
mod source;
mod test;
#[cfg(test)]
mod tests;
mod unicode_names;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use build_string::{BuildStringInput, render_build_string};

use super::{Dependency, Recipe};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::{Combination, RenderConfig, VariantValue};
use crate::stage0::{Stage0, Value};
use fields::{Caches, Evaluation};

/// What a recipe evaluates to for one combination.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    /// The packages, in file order; skipped ones of multi-output recipes included, with `skip` set and nothing else
    /// reliable.
    pub outputs: Vec<EvaluatedOutput>,
    /// Names of the free `build` and `host` specs of everything that is not skipped, in lower case: what
    /// [`EvaluatedRequirements::free_specs`] has, for the discovery of further variant keys.
    pub free_specs: BTreeSet<String>,
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
    /// Context variables that shadow a variant key or a variable of the extra context: whether the hidden value was read
    /// while `context` was evaluated → the value to record (specification 5.7 and quirk 17: for single-output recipes
    /// the variant's, for multi-output recipes the context's).
    pub context_shadows: BTreeMap<String, Option<VariantValue>>,
    /// Names of free `build` and `host` specs, of this output and of the staging output it inherits from.
    pub free_specs: BTreeSet<String>,
    /// What the staging output looked up and needs, for an output that inherits from one.
    pub staging: Option<EvaluatedStaging>,
    /// `build.string`, to be rendered once the hash is known.
    pub build_string: Option<Value<Arc<str>>>,
    /// Place of the output in the text, for errors about it as a whole.
    pub span: Span,
}

/// What a staging output contributes to the used variant of outputs that inherit from it.
#[derive(Clone, Debug, Default)]
pub struct EvaluatedStaging {
    /// Names that were looked up while the staging output was evaluated, those that `context` looked up included.
    pub accessed: BTreeSet<String>,
    /// Names of its free `build` and `host` specs.
    pub free_specs: BTreeSet<String>,
}

/// The `build` and `host` dependencies that one combination chooses; for the discovery of further keys.
#[derive(Clone, Debug, Default)]
pub struct EvaluatedRequirements {
    /// All of them, of all outputs and staging outputs that are not skipped.
    pub dependencies: Vec<Dependency>,
    /// Names of the free specs among them, in lower case.
    pub free_specs: BTreeSet<String>,
}

/// Evaluates a recipe for one combination after the other.
///
/// Keep one for all combinations of a rendering: what is the same for all of them is worked out once.
#[derive(Debug)]
pub struct Evaluator<'r> {
    recipe: &'r Stage0,
    config: &'r RenderConfig,
    caches: Caches,
}

impl<'r> Evaluator<'r> {
    /// An evaluator of a recipe.
    #[must_use]
    pub fn new(recipe: &'r Stage0, config: &'r RenderConfig) -> Self {
        Self { recipe, config, caches: Caches::default() }
    }

    /// Evaluates the recipe for one combination.
    ///
    /// A skipped recipe for one package is evaluated in full, a skipped output only as far as the reference does: name,
    /// version and `build`.
    ///
    /// # Errors
    /// All problems found, not only the first, in skipped variants too.
    pub fn evaluate(&self, combination: &Combination) -> Result<Evaluated, Diagnostics> {
        let mut evaluation = Evaluation::new(self.config, combination, &self.caches);
        let outputs = match self.recipe {
            Stage0::Single(recipe) => evaluation.single(recipe),
            Stage0::Multi(recipe) => evaluation.multi(recipe),
        };
        if evaluation.errors.has_errors() {
            evaluation.errors.extend(evaluation.warnings);
            return Err(without_duplicates(evaluation.errors));
        }
        evaluation.warn_of_excluding_pins(&outputs);
        let mut free_specs = evaluation.free_specs;
        free_specs.extend(outputs.iter().flat_map(|output| output.free_specs.iter().cloned()));
        Ok(Evaluated { outputs, free_specs, warnings: without_duplicates(evaluation.warnings) })
    }

    /// Evaluates only context and `build` and `host` requirements, for the discovery of further variant keys.
    ///
    /// # Errors
    /// All problems found; callers ignore them for multi-output recipes (specification 5.6).
    pub fn requirements(&self, combination: &Combination) -> Result<EvaluatedRequirements, Diagnostics> {
        let mut evaluation = Evaluation::new(self.config, combination, &self.caches);
        let requirements = match self.recipe {
            Stage0::Single(recipe) => evaluation.single_requirements(recipe),
            Stage0::Multi(recipe) => evaluation.multi_requirements(recipe),
        };
        if evaluation.errors.has_errors() {
            return Err(without_duplicates(evaluation.errors));
        }
        Ok(requirements)
    }
}

/// Evaluates a recipe for one combination.
///
/// # Errors
/// All problems found, not only the first.
pub fn evaluate(recipe: &Stage0, combination: &Combination, config: &RenderConfig) -> Result<Evaluated, Diagnostics> {
    Evaluator::new(recipe, config).evaluate(combination)
}

/// Evaluates only context and `build` and `host` requirements, for the discovery of further variant keys.
///
/// # Errors
/// All problems found; callers ignore them for multi-output recipes (specification 5.6).
pub fn evaluate_requirements(
    recipe: &Stage0,
    combination: &Combination,
    config: &RenderConfig,
) -> Result<EvaluatedRequirements, Diagnostics> {
    Evaluator::new(recipe, config).requirements(combination)
}

/// Sections of the top level are evaluated for several outputs: each problem is told once.
fn without_duplicates(diagnostics: Diagnostics) -> Diagnostics {
    if diagnostics.items().len() < 2 {
        return diagnostics;
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut unique = Diagnostics::default();
    for diagnostic in diagnostics.items() {
        if !kept.contains(diagnostic) {
            kept.push(diagnostic.clone());
            unique.push(diagnostic.clone());
        }
    }
    unique
}
