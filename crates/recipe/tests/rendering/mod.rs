//! Small recipes as text, rendered; results as short texts.
#![allow(dead_code, reason = "tests use a part of it each")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{Failure, ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};

/// Platforms and options of most tests.
pub(crate) fn linux() -> RenderConfig {
    on("linux-64")
}

/// Cross builds from linux-64.
pub(crate) fn on(platform: &str) -> RenderConfig {
    RenderConfig {
        target_platform: Some(platform.to_owned()),
        host_platform: Some(platform.to_owned()),
        build_platform: Some("linux-64".to_owned()),
        ..RenderConfig::default()
    }
}

/// The recipe of a package `a` 1 with further sections.
pub(crate) fn package(sections: &str) -> String {
    format!("package:\n  name: a\n  version: '1'\n{sections}\n")
}

/// Renders a recipe with a variant file's text.
pub(crate) fn try_render(recipe: &str, variants: &str, config: &RenderConfig) -> Result<Vec<RenderedVariant>, Failure> {
    let variants = VariantConfig::from_yaml(variants, VariantFormat::Variants, config, None)?;
    ParsedRecipe::parse(recipe, None, config.repodata_revision)?.render(&variants, config)
}

/// Renders a recipe that must render.
pub(crate) fn render(recipe: &str, variants: &str, config: &RenderConfig) -> Vec<RenderedVariant> {
    try_render(recipe, variants, config).unwrap_or_else(|failure| panic!("{recipe}\n{:#?}", failure.diagnostics))
}

/// Build strings of all variants.
pub(crate) fn builds(recipe: &str, variants: &str) -> Vec<String> {
    render(recipe, variants, &linux()).into_iter().map(|v| v.build_string).collect()
}

/// Used variants as JSON text.
pub(crate) fn used(recipe: &str, variants: &str) -> Vec<String> {
    render(recipe, variants, &linux()).iter().map(|v| serde_json::to_string(&v.variant).unwrap()).collect()
}

/// Name and the used keys but `target_platform`, e.g. `libfoo zlib=1.2`.
pub(crate) fn shown(recipe: &str, variants: &str) -> Vec<String> {
    let entry = |(key, value): (&String, &sidewinder_recipe::VariantValue)| format!(" {key}={}", value.printed());
    render(recipe, variants, &linux())
        .iter()
        .map(|v| {
            let keys: String = v.variant.iter().filter(|(key, _)| *key != "target_platform").map(entry).collect();
            format!("{}{keys}", v.name)
        })
        .collect()
}

/// Codes of all errors.
pub(crate) fn codes(recipe: &str, variants: &str) -> Vec<String> {
    match try_render(recipe, variants, &linux()) {
        Ok(rendered) => panic!("{recipe}\nrenders to {} variants", rendered.len()),
        Err(failure) => failure.diagnostics.into_iter().map(|d| d.code).collect(),
    }
}
