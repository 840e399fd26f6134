//! `git.*`: facts about repositories that the caller hands in.

use minijinja::Value;

use super::arguments::{Arguments, not_a_string};
use super::require_experimental;
use crate::template::error::TemplateError;
use crate::template::scope::Scope;

pub(super) fn call(method: &str, arguments: &Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    require_experimental(scope)?;
    if !matches!(method, "head_rev" | "latest_tag_rev" | "latest_tag" | "latest_tag_distance") {
        return Err(TemplateError::failed(format!("unknown function `git.{method}`")));
    }
    arguments.expect(1, 1)?;
    let source = arguments.positional.first().and_then(Value::as_str).ok_or_else(not_a_string)?;
    let facts = scope.config.git.get(source);
    let fact = facts.and_then(|facts| match method {
        "head_rev" => facts.head_rev.as_ref(),
        "latest_tag_rev" => facts.latest_tag_rev.as_ref(),
        "latest_tag" => facts.latest_tag.as_ref(),
        _ => facts.latest_tag_distance.as_ref(),
    });
    fact.map(|fact| Value::from(fact.as_str())).ok_or_else(|| {
        TemplateError::failed(format!("`git.{method}`: no facts about `{source}`"))
            .with_help("rendering does not read repositories: pass the facts in the `git` render option")
    })
}
