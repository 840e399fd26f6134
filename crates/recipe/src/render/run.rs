//! The pipeline from a parsed recipe to rendered variants.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::discovery::{Evaluation, discover};
use super::finish::{Candidate, finish};
use super::used_variant::{FIXED_KEYS, Visible, used_variant};
use super::{RenderConfig, RenderedVariant};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Combination;
use crate::stage0::Stage0;
use crate::stage1::Evaluator;
use crate::template::platform::DEFAULT_PLATFORM;
use crate::variants::{Choices, VariantConfig, normalize_key};

/// What a rendering gives.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The packages to build, in build order.
    pub variants: Vec<RenderedVariant>,
    /// What looks wrong, though it renders.
    pub warnings: Diagnostics,
}

/// Renders a parsed recipe for all combinations of the variants it uses.
///
/// `target_platform` and `build_platform` are variant keys like others; where `variants` does not have them, they come
/// from `config`.
///
/// # Errors
/// All problems found.
pub fn render(recipe: &Stage0, variants: &VariantConfig, config: &RenderConfig) -> Result<Rendered, Diagnostics> {
    let choices = Choices::new(variants)
        .with_default("target_platform", config.target_platform.as_deref().unwrap_or(DEFAULT_PLATFORM))
        .with_default("build_platform", config.build_platform.as_deref().unwrap_or(DEFAULT_PLATFORM));
    let evaluator = Evaluator::new(recipe, config);
    let environment = environment(config, &choices);
    let keys = used_keys(recipe, &environment);
    let combinations = choices.combinations(&keys).and_then(|found| discover(&evaluator, &choices, found));
    let (combinations, evaluations) = combinations.map_err(one)?;
    let multi = matches!(recipe, Stage0::Multi(_));
    let visible = |combination: &Combination| Visible::new(combination, config, &environment);
    let (candidates, warnings) = candidates(multi, &combinations, evaluations, visible)?;
    Ok(Rendered { variants: finish(candidates, config)?, warnings })
}

/// Names of variables that the build sets, in normal form: those that are variant keys or given as context.
fn environment(config: &RenderConfig, choices: &Choices<'_>) -> BTreeSet<String> {
    let names = config.environment_names();
    let names = names.iter().map(|name| normalize_key(name));
    let matters = |name: &str| choices.get(name).is_some() || !config.extra_context.is_empty();
    names.filter(|name| matters(name)).map(Cow::into_owned).collect()
}

/// Names that take part where they are variant keys, in normal form.
fn used_keys(recipe: &Stage0, environment: &BTreeSet<String>) -> BTreeSet<String> {
    let uses = recipe.static_uses();
    let names = uses.variables.iter().chain(&uses.free_specs).chain(&uses.use_keys).chain(environment);
    names.map(String::as_str).chain(FIXED_KEYS).map(|name| normalize_key(name).into_owned()).collect()
}

/// Outputs in the order of combinations, then of the file, with their used variants.
fn candidates<'c, 'e>(
    multi: bool,
    combinations: &'c [Combination],
    evaluations: Vec<Evaluation>,
    visible: impl Fn(&'c Combination) -> Visible<'e>,
) -> Result<(Vec<Candidate<'c>>, Diagnostics), Diagnostics> {
    let mut candidates = Vec::new();
    let mut problems = Diagnostics::default();
    for (combination, evaluation) in combinations.iter().zip(evaluations) {
        match evaluation {
            Ok(evaluated) => {
                problems.extend(evaluated.warnings);
                let visible = visible(combination);
                // Skipped outputs vanish, a skipped recipe is still returned.
                let kept = evaluated.outputs.into_iter().filter(|output| !(multi && output.skip));
                candidates.extend(kept.map(|output| Candidate {
                    used: used_variant(&output, &visible),
                    output,
                    combination,
                }));
            }
            Err(found) => problems.extend(found),
        }
    }
    let problems = without_repeats(problems);
    if problems.has_errors() { Err(problems) } else { Ok((candidates, problems)) }
}

/// Most problems are the same for all combinations; each is reported once.
fn without_repeats(problems: Diagnostics) -> Diagnostics {
    if problems.items().len() < 2 {
        return problems;
    }
    let mut seen = HashSet::new();
    let mut out = Diagnostics::default();
    for problem in problems.items() {
        if seen.insert((problem.code, problem.span, problem.message.as_str())) {
            out.push(problem.clone());
        }
    }
    out
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    let mut out = Diagnostics::default();
    out.push(diagnostic);
    out
}
