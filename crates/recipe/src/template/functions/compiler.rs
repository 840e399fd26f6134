//! `compiler`, `stdlib` and `cdt`: package names from variant keys.

use minijinja::Value;

use super::arguments::{Arguments, text};
use crate::template::error::TemplateError;
use crate::template::platform::{architecture, family};
use crate::template::print::printed;
use crate::template::scope::{Scope, variant_value};

/// The package of a language's compiler for the target platform.
pub(super) fn compiler(arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    let [language] = arguments.exactly()?;
    let language = text(&language)?;
    let (name, version) = variant_keys(&language, "compiler", scope);
    let name = name.unwrap_or_else(|| default_compiler(&language, &scope.platforms.target).to_owned());
    Ok(Value::from(spec(&name, version.as_deref(), scope)))
}

/// The package of a language's standard library for the target platform.
pub(super) fn stdlib(arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    let [language] = arguments.exactly()?;
    let language = text(&language)?;
    let (name, version) = variant_keys(&language, "stdlib", scope);
    match name {
        Some(name) => Ok(Value::from(spec(&name, version.as_deref(), scope))),
        None if scope.lenient => Ok(Value::from("undefined")),
        None => Err(TemplateError::undefined_because(format!(
            "undefined variable `{}_stdlib`: no standard library for `{language}`",
            normalize(&language)
        ))
        .with_help(format!("define `{}_stdlib` in a variant file", normalize(&language)))),
    }
}

fn normalize(key: &str) -> String {
    key.replace(['-', '.'], "_")
}

/// The name and the version that the variant gives; the keys count as used, whether they exist or not.
fn variant_keys(language: &str, kind: &str, scope: &Scope<'_>) -> (Option<String>, Option<String>) {
    let key = normalize(&format!("{language}_{kind}"));
    let version_key = format!("{key}_version");
    let value = |key: &str| scope.variant.get(key).map(|value| printed(&variant_value(value)));
    let found = (value(&key), value(&version_key));
    scope.access(&key.into());
    scope.access(&version_key.into());
    scope.access(&"CONDA_BUILD_SYSROOT".into());
    found
}

fn spec(name: &str, version: Option<&str>, scope: &Scope<'_>) -> String {
    let target = &scope.platforms.target;
    match version {
        None => format!("{name}_{target}"),
        Some(v) if v.chars().all(|c| c.is_alphanumeric() || c == '.') => format!("{name}_{target} ={v}"),
        Some(v) => format!("{name}_{target} {v}"),
    }
}

fn default_compiler<'a>(language: &'a str, target: &str) -> &'a str {
    let family = family(target);
    match language {
        "c" => match family {
            "osx" | "ios" | "iossimulator" | "android" => "clang",
            "win" => "vs2022",
            "emscripten" => "emscripten",
            _ => "gcc",
        },
        "cxx" => match family {
            "osx" | "ios" | "iossimulator" | "android" => "clangxx",
            "win" => "vs2022",
            "emscripten" => "emscripten",
            _ => "gxx",
        },
        "fortran" if family == "win" => "flang",
        "fortran" => "gfortran",
        other => other,
    }
}

/// The package of a core dependency tree.
pub(super) fn cdt(arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    let [name] = arguments.exactly()?;
    let name = text(&name)?;
    let value = |key: &str| {
        let value = scope.variant.get(key)?;
        scope.access(&key.into());
        Some(printed(&variant_value(value)))
    };
    let arch = architecture(&scope.platforms.host).or_else(|| architecture(&scope.platforms.build));
    let cdt_arch = value("cdt_arch").unwrap_or_else(|| match arch {
        Some("x86") => "i686".to_owned(),
        Some(arch) => arch.to_owned(),
        None => "x86_64".to_owned(),
    });
    let cdt_name = value("cdt_name").unwrap_or_else(|| match arch {
        Some("s390x" | "aarch64" | "ppc64le" | "ppc64") => "cos7".to_owned(),
        _ => "cos6".to_owned(),
    });
    Ok(Value::from(match name.split_once(' ') {
        Some((package, rest)) => format!("{package}-{cdt_name}-{cdt_arch} {rest}"),
        None => format!("{name}-{cdt_name}-{cdt_arch}"),
    }))
}
