//! The functions that recipes have.

mod arguments;
mod compiler;
mod environment;
mod files;
mod git;
mod matching;
mod pins;

use minijinja::Value;

pub(super) use arguments::Arguments;

use super::error::TemplateError;
use super::platform::{self, PLATFORMS};
use super::scope::Scope;
use crate::diagnostic::{Code, nearest};

/// All functions of recipes, and `cmp`, which the format had once.
pub const FUNCTIONS: [&str; 14] = [
    "cdt",
    "cmp",
    "compiler",
    "is_android",
    "is_ios",
    "is_linux",
    "is_osx",
    "is_unix",
    "is_windows",
    "load_from_file",
    "match",
    "pin_compatible",
    "pin_subpackage",
    "stdlib",
];

/// Whether recipes have a function of this name.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// Whether recipes have an object of this name, with methods.
pub(super) fn is_object(name: &str) -> bool {
    matches!(name, "env" | "git")
}

/// Calls a function.
pub(super) fn call(name: &str, arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    match name {
        "compiler" => compiler::compiler(arguments, scope),
        "stdlib" => compiler::stdlib(arguments, scope),
        "cdt" => compiler::cdt(arguments, scope),
        "match" => matching::matches(arguments),
        "pin_subpackage" | "pin_compatible" => pins::pin(name, arguments),
        "is_linux" => platform_test(arguments, |p| platform::family(p) == "linux"),
        "is_osx" => platform_test(arguments, |p| platform::family(p) == "osx"),
        "is_windows" => platform_test(arguments, |p| platform::family(p) == "win"),
        "is_unix" => platform_test(arguments, platform::is_unix),
        "is_ios" => platform_test(arguments, platform::is_ios),
        "is_android" => platform_test(arguments, |p| platform::family(p) == "android"),
        "load_from_file" => files::load(arguments, scope),
        "environ_get" if scope.variant_file => environment::environ_get(arguments, scope),
        "cmp" => Err(TemplateError::failed("`cmp` was removed; use `match`")),
        _ => Err(TemplateError::new(Code::UnknownFunction, format!("unknown function `{name}`")).with_help(
            match nearest(name, FUNCTIONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}, env.get, env.exists, git.*", FUNCTIONS.join(", ")),
            },
        )),
    }
}

/// Calls a method of `env` or `git`.
pub(super) fn call_method(
    object: &str,
    name: &str,
    arguments: Arguments,
    scope: &Scope<'_>,
) -> Result<Value, TemplateError> {
    if object == "env" { environment::call(name, arguments, scope) } else { git::call(name, &arguments, scope) }
}

fn platform_test(arguments: Arguments, test: impl Fn(&str) -> bool) -> Result<Value, TemplateError> {
    let [platform] = arguments.exactly()?;
    let platform = platform.as_str().ok_or_else(arguments::not_a_string)?;
    if !PLATFORMS.contains(&platform) && platform != "unknown" {
        return Err(TemplateError::failed(format!("unknown platform `{platform}`; expected one like `linux-64`")));
    }
    Ok(Value::from(test(platform)))
}

fn require_experimental(scope: &Scope<'_>) -> Result<(), TemplateError> {
    if scope.config.experimental {
        return Ok(());
    }
    Err(TemplateError::new(Code::ExperimentalFeature, "this feature is experimental")
        .with_help("allow experimental features: `--experimental`, or `experimental` in the render options"))
}
