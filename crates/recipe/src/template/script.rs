//! Script content, rendered when a build runs.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use minijinja::Value;

use super::scope::Scope;
use super::source::Template;
use crate::diagnostic::Span;
use crate::render::RenderConfig;
use crate::stage1::Combination;
use crate::variants::VariantValue;

/// What script content sees when a build runs, weakest first: platform variables, variant, environment variables,
/// context.
#[derive(Clone, Debug)]
pub struct ScriptScope<'a> {
    /// Context of the rendered recipe.
    pub context: &'a IndexMap<String, serde_json::Value>,
    /// The used variant.
    pub variant: &'a BTreeMap<String, VariantValue>,
    /// Environment variables that the script runs with, its own `env` included.
    pub environment: &'a BTreeMap<String, String>,
    /// Platform the package is for.
    pub target_platform: &'a str,
    /// Platform of the host environment.
    pub host_platform: &'a str,
    /// Platform the build runs on.
    pub build_platform: &'a str,
}

/// Renders the content of a script.
///
/// Text without `${{ … }}` comes back as it is. Undefined variables print as nothing.
///
/// # Errors
/// One sentence about what does not parse or fails.
///
/// # Example: a context variable and an environment variable
/// ```
/// use std::collections::BTreeMap;
/// use sidewinder_recipe::template::{ScriptScope, render_script};
///
/// let scope = ScriptScope {
///     context: &[("v".to_owned(), "9.9".into())].into_iter().collect(),
///     variant: &BTreeMap::new(),
///     environment: &BTreeMap::from([("PREFIX".to_owned(), "/h".to_owned())]),
///     target_platform: "linux-64",
///     host_platform: "linux-64",
///     build_platform: "linux-64",
/// };
/// assert_eq!(render_script("echo ${{ v }} ${{ PREFIX }} ${{ nope }}X", &scope), Ok("echo 9.9 /h X".to_owned()));
/// ```
pub fn render_script(text: &str, scope: &ScriptScope<'_>) -> Result<String, String> {
    if !Template::is_template(text) {
        return Ok(text.to_owned());
    }
    let template = Template::parse(text, Span::default()).map_err(|d| d.message)?;
    let config = RenderConfig {
        target_platform: Some(scope.target_platform.to_owned()),
        host_platform: Some(scope.host_platform.to_owned()),
        build_platform: Some(scope.build_platform.to_owned()),
        env: scope.environment.clone(),
        ..RenderConfig::default()
    };
    // The used variant of a noarch package names `noarch` as its platform, but scripts see the real one.
    let variant: Combination = scope
        .variant
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "target_platform" | "host_platform" | "build_platform"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut variables = Scope::new(&config, &variant).lenient();
    for (name, value) in scope.environment {
        variables.define(name.as_str(), Value::from(value.as_str()));
    }
    for (name, value) in scope.context {
        variables.define(name.as_str(), Value::from_serialize(value));
    }
    template.text_of(&variables, &[]).map_err(|error| match error.help {
        Some(help) => format!("{} ({help})", error.message),
        None => error.message,
    })
}
