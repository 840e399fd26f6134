//! Script content, rendered when a build runs.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use minijinja::Value;

use super::scope::Scope;
use super::source::Template;
use crate::diagnostic::Span;
use crate::model::{Combination, RenderConfig, VariantValue};

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
    /// Environment variables of the process that sets the build up, for `env.get` and `env.exists`.
    pub process_environment: &'a BTreeMap<String, String>,
    /// Platform the package is for.
    pub target_platform: &'a str,
    /// Platform of the host environment.
    pub host_platform: &'a str,
    /// Platform the build runs on.
    pub build_platform: &'a str,
}

/// Renders the content of a script.
///
/// Text without `${{ … }}` or tags such as `{% if … %}` comes back as it is. Undefined variables print as nothing.
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
///     process_environment: &BTreeMap::new(),
///     target_platform: "linux-64",
///     host_platform: "linux-64",
///     build_platform: "linux-64",
/// };
/// assert_eq!(render_script("echo ${{ v }} ${{ PREFIX }} ${{ nope }}X", &scope), Ok("echo 9.9 /h X".to_owned()));
/// ```
pub fn render_script(text: &str, scope: &ScriptScope<'_>) -> Result<String, String> {
    if !Template::is_template(text) && !has_tag(text) {
        return Ok(text.to_owned());
    }
    let template = Template::parse(text, Span::default()).map_err(|d| d.message)?;
    let config = RenderConfig {
        target_platform: Some(scope.target_platform.to_owned()),
        host_platform: Some(scope.host_platform.to_owned()),
        build_platform: Some(scope.build_platform.to_owned()),
        env: scope.process_environment.clone(),
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

/// Whether a text contains a tag that renders something. `printf '{%s}'` has none.
fn has_tag(text: &str) -> bool {
    const TAGS: [&str; 8] = ["if", "for", "set", "raw", "with", "filter", "macro", "do"];
    text.match_indices("{%").any(|(at, _)| {
        let rest = text.get(at + 2..).unwrap_or_default().trim_start_matches(['-', '+']).trim_start();
        let word = rest.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').next();
        word.is_some_and(|word| TAGS.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> Result<String, String> {
        let none = BTreeMap::new();
        render_script(
            text,
            &ScriptScope {
                context: &IndexMap::new(),
                variant: &BTreeMap::new(),
                environment: &BTreeMap::from([("PKG_NAME".to_owned(), "p".to_owned())]),
                process_environment: &none,
                target_platform: "linux-64",
                host_platform: "linux-64",
                build_platform: "linux-64",
            },
        )
    }

    #[test]
    fn tags_are_rendered_without_any_expression() {
        for (text, result) in [
            ("{% if unix %}u{% else %}n{% endif %}", "u"),
            ("{%- for x in [1, 2] %}[{% set y = x %}]{% endfor %}", "[][]"),
            ("{% if unix %}${{ PKG_NAME }}{% endif %}", "p"),
            ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ] {
            assert_eq!(rendered(text).as_deref(), Ok(result), "{text}");
        }
        assert!(rendered("{% if unix %}u").is_err());
    }

    #[test]
    fn what_shells_write_with_braces_stays() {
        for text in
            ["echo ${#x} ${#list[@]}", "printf '{%s}' a", "curl -w '%{http_code}'", "awk '{%', {% iffy %}", "{%"]
        {
            assert_eq!(rendered(text).as_deref(), Ok(text));
        }
    }
}
