//! Sessions of another tool: what their scripts say about them.

use std::collections::HashMap;
use std::path::Path;

use serde_json::json;
use sidewinder_recipe::RenderedVariant;

use super::state::State;
use crate::environment::AddedSpecs;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::options::SessionOptions;

/// Reads the session of another tool; `None` where the folder is none.
///
/// # Errors
/// [`Error::NotASession`] for a folder whose parts are gone.
pub(super) fn read(dir: &Path) -> Result<Option<(Layout, State)>> {
    let Some(layout) = Layout::read_foreign(dir)? else { return Ok(None) };
    let path = layout.build_env_script();
    let no_session = |reason: String| Error::NotASession { path: layout.build_dir.clone(), reason };
    let script = fs_err::read_to_string(&path).map_err(|error| no_session(format!("it was never set up: {error}")))?;
    let variant = variant(&exports(&script))
        .ok_or_else(|| no_session(format!("`{}` does not say which package it is for", path.display())))?;
    let state = State {
        variant,
        options: SessionOptions { output_dir: Some(layout.output_dir.clone()), ..SessionOptions::default() },
        created: 0,
        setup_log: Vec::new(),
        added: AddedSpecs::default(),
        temporary_root: None,
        test: None,
    };
    Ok(Some((layout, state)))
}

/// The package, as far as the variables of its build tell.
fn variant(exports: &HashMap<String, String>) -> Option<RenderedVariant> {
    let get = |name: &str| exports.get(name).cloned();
    let (name, version) = (get("PKG_NAME")?, get("PKG_VERSION")?);
    let target = get("target_platform")?;
    let build = get("build_platform").unwrap_or_else(|| target.clone());
    let host = get("host_platform").filter(|host| host != "noarch").unwrap_or_else(|| build.clone());
    // What is before `h` and the hash, e.g. `py312`, is a part of its own.
    let hash = get("PKG_HASH").unwrap_or_default();
    let (prefix, hash) = hash.rsplit_once('h').unwrap_or(("", &hash));
    let noarch = (target == "noarch").then_some("generic");
    let variant = json!({
        "name": name, "version": version,
        "buildString": get("PKG_BUILD_STRING").unwrap_or_default(),
        "buildNumber": get("PKG_BUILDNUM").and_then(|number| number.parse::<u64>().ok()).unwrap_or_default(),
        "hash": hash, "hashPrefix": prefix, "noarch": noarch, "subdir": target.clone(),
        "targetPlatform": if noarch.is_some() { host.clone() } else { target.clone() },
        "hostPlatform": host, "buildPlatform": build, "skip": false,
        "variant": { "target_platform": target }, "pinSubpackages": {},
        "recipe": { "schema_version": 1, "context": {}, "package": { "name": name, "version": version } },
    });
    serde_json::from_value(variant).ok()
}

/// The variables that a script exports in lines of their own, without quotes.
fn exports(script: &str) -> HashMap<String, String> {
    let assignments =
        script.lines().filter_map(|line| line.strip_prefix("export ").or_else(|| line.strip_prefix("@SET ")));
    assignments
        .filter_map(|assignment| {
            let whole = assignment.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(assignment);
            let (name, value) = whole.split_once('=')?;
            Some((name.to_owned(), unquoted(value)))
        })
        .collect()
}

fn unquoted(value: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner.replace(r"'\''", "'");
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_package_is_read_from_the_variables_of_its_build() {
        let script = "export PKG_NAME=demo\nexport PKG_VERSION='1.0'\nexport PKG_BUILDNUM=\"3\"\nexport PKG_HASH=py312h0123456\n\
                      export target_platform=linux-64\nexport CONDA_BUILD=1\n\nexport PATH=\"/p/bin:${PATH}\"\n";
        let variant = variant(&exports(script)).unwrap();
        assert_eq!((variant.name.as_str(), variant.version.as_str(), variant.build_number), ("demo", "1.0", 3));
        assert_eq!((variant.host_platform.as_str(), variant.hash_prefix.as_str()), ("linux-64", "py312"));
        assert!(super::variant(&exports("export PKG_NAME=demo\n")).is_none());
    }
}
