//! What a recipe's sources and versions are on one platform, without rendering the rest: requirements may need variant
//! files that an updater does not have.

use std::sync::Arc;

use indexmap::IndexMap;
use sidewinder_recipe::diagnostic::Diagnostics;
use sidewinder_recipe::render::RenderConfig;
use sidewinder_recipe::stage0::{self, List, Output, Package, SingleOutput, Source as Stage0Source, Stage0, Value};
use sidewinder_recipe::stage1::{Source, evaluate};
use sidewinder_recipe::{VariantValue, yaml};

/// Platforms whose sources are looked at, the most common first.
pub(super) const PLATFORMS: [&str; 7] =
    ["linux-64", "osx-arm64", "win-64", "linux-aarch64", "osx-64", "linux-ppc64le", "win-arm64"];

/// A package of the recipe, or the recipe itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The version, where one is given.
    pub(super) version: Option<String>,
    pub(super) sources: Vec<Source>,
}

/// Version and sources of an output, or of the top level.
type Unevaluated<'a> = (Option<&'a Value<Arc<str>>>, &'a List<Stage0Source>);

/// The parts of a recipe on a platform: the recipe first, then its outputs.
///
/// # Errors
/// What kept a version or source from being evaluated.
pub(super) fn snapshot(
    recipe: &Stage0,
    platform: &str,
    variants: &IndexMap<String, VariantValue>,
) -> Result<Vec<Part>, Diagnostics> {
    let parts: Vec<Unevaluated<'_>> = match recipe {
        Stage0::Single(single) => vec![(single.package.version.as_ref(), &single.source)],
        Stage0::Multi(multi) => {
            let top = (multi.recipe.version.as_ref(), &multi.source);
            let outputs = multi.outputs.iter().map(|output| match output {
                Output::Package(package) => (package.package.version.as_ref(), &package.source),
                Output::Staging(staging) => (None, &staging.source),
            });
            std::iter::once(top).chain(outputs).collect()
        }
    };
    let config = RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() };
    parts.into_iter().map(|(version, sources)| part(recipe, version, sources, variants, &config)).collect()
}

fn part(
    recipe: &Stage0,
    version: Option<&Value<Arc<str>>>,
    sources: &List<Stage0Source>,
    variants: &IndexMap<String, VariantValue>,
    config: &RenderConfig,
) -> Result<Part, Diagnostics> {
    let mut alone = empty();
    alone.context = recipe.context().clone();
    alone.source.clone_from(sources);
    if let Some(version) = version {
        alone.package = Package { version: Some(version.clone()), ..alone.package };
    }
    let evaluated = evaluate(&Stage0::Single(Box::new(alone)), variants, config)?;
    let recipe = evaluated.outputs.into_iter().next().map(|output| output.recipe);
    Ok(Part {
        version: version.and(recipe.as_ref().map(|recipe| recipe.package.version.to_string())),
        sources: recipe.map(|recipe| recipe.source).unwrap_or_default(),
    })
}

/// A recipe without anything.
fn empty() -> SingleOutput {
    let (stage0, _) =
        stage0::parse("package: {name: a, version: '0'}", sidewinder_recipe::render::RepodataRevision::Legacy);
    match stage0 {
        Some(Stage0::Single(single)) => *single,
        // The text above is a recipe for one package.
        _ => unreachable!("a constant recipe parses"),
    }
}

/// The literal variables of `context`, in file order.
pub(super) fn literals(text: &str) -> Vec<(String, String)> {
    let (root, _) = yaml::parse(text);
    let Some(yaml::Node::Mapping(root)) = root else { return Vec::new() };
    let Some(yaml::Node::Mapping(context)) = root.get("context") else { return Vec::new() };
    context
        .entries
        .iter()
        .filter_map(|entry| match &entry.value {
            yaml::Node::Scalar(scalar) if !scalar.text.contains("${{") => {
                Some((entry.key.text.clone(), scalar.text.clone()))
            }
            _ => None,
        })
        .collect()
}
