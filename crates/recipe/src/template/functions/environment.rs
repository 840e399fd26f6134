//! `env.get` and `env.exists`: variables that the caller hands in.

use minijinja::Value;

use super::arguments::{Arguments, not_a_string};
use crate::template::error::TemplateError;
use crate::template::print::printed;
use crate::template::scope::Scope;

pub(super) fn call(method: &str, mut arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    let default = if method == "get" { arguments.take("default") } else { None };
    if !matches!(method, "get" | "exists") {
        return Err(TemplateError::failed(format!("unknown function `env.{method}`")));
    }
    if method == "get" && arguments.positional.len() > 1 {
        return Err(TemplateError::failed("`env.get` takes one name, and the default by keyword")
            .with_help("write `env.get(\"NAME\", default=\"…\")`"));
    }
    let [name] = arguments.exactly()?;
    let name = name.as_str().ok_or_else(not_a_string)?;
    let found = scope.config.env.get(name);
    if method == "exists" {
        return Ok(Value::from(found.is_some()));
    }
    match (found, default) {
        (Some(value), _) => Ok(Value::from(value.as_str())),
        (None, Some(default)) => Ok(Value::from(printed(&default))),
        (None, None) => {
            // Scripts are rendered when a session is made, and see what its process has.
            let where_from = if scope.lenient { "set" } else { "pass" };
            let rest = if scope.lenient { "where the session is made" } else { "in the render options" };
            Err(TemplateError::failed(format!("environment variable not found: `{name}`"))
                .with_help(format!("{where_from} `{name}` {rest}, or give a default: `env.get(…, default=…)`")))
        }
    }
}

/// `environ_get(name, default="")`, which selectors of `conda_build_config.yaml` write as `os.environ.get`.
pub(super) fn environ_get(mut arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    let named = arguments.take("default");
    arguments.expect(1, 2)?;
    let mut positional = arguments.positional.into_iter();
    let name = positional.next();
    let name = name.as_ref().and_then(Value::as_str).ok_or_else(not_a_string)?;
    let default = positional.next().or(named).unwrap_or_else(|| Value::from(""));
    Ok(scope.config.env.get(name).map_or(default, |value| Value::from(value.as_str())))
}
