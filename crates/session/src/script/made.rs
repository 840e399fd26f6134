//! Variants and layouts made for tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use serde_json::{Value, json};
use sidewinder_recipe::render::RenderedVariant;

use super::caller::CallerEnvironment;
use super::shell::Shell;
use super::variables::{HostPython, VariableInput};
use crate::layout::Layout;
use crate::options::Isolation;

/// A variant for a platform that builds on the same platform; `changes` replace its fields.
pub(super) fn variant(platform: &str, changes: Value) -> RenderedVariant {
    let mut variant = json!({
        "name": "Demo", "version": "1.2.3", "buildString": "py312h738df08_4", "buildNumber": 4, "hash": "738df08",
        "hashPrefix": "py312", "noarch": null, "subdir": platform, "targetPlatform": platform,
        "hostPlatform": platform, "buildPlatform": platform, "skip": false,
        "variant": {"target_platform": platform}, "pinSubpackages": {},
        "recipe": {"schema_version": 1, "context": {}, "package": {"name": "Demo", "version": "1.2.3"}},
    });
    for (name, value) in changes.as_object().unwrap() {
        variant[name] = value.clone();
    }
    serde_json::from_value(variant).unwrap()
}

/// Folders with short names, as a machine of the platform has them.
pub(super) fn layout(platform: &str) -> Layout {
    let windows = platform.starts_with("win");
    let (root, separator) = if windows { ("C:", "\\") } else { ("", "/") };
    let path = |parts: &[&str]| {
        let mut path = root.to_owned();
        for part in parts {
            path.push_str(separator);
            path.push_str(part);
        }
        PathBuf::from(path)
    };
    let bld = ["out", "bld", "rattler-build_demo"];
    let in_build = |name: &'static str| path(&[bld[0], bld[1], bld[2], name]);
    Layout {
        output_dir: path(&["out"]),
        build_dir: path(&bld),
        work_dir: in_build("work"),
        build_prefix: in_build("build_env"),
        host_prefix: in_build(if windows { "h_env" } else { "host_env_placehold" }),
        recipe_dir: path(&["recipes", "demo"]),
        recipe_path: path(&["recipes", "demo", "recipe.yaml"]),
        merged: false,
    }
}

/// What a session of such a variant is made from.
pub(super) fn input<'a>(
    variant: &'a RenderedVariant,
    layout: &'a Layout,
    python: Option<&'a HostPython>,
    caller: &'a CallerEnvironment,
) -> VariableInput<'a> {
    let shell = if variant.build_platform.starts_with("win") { Shell::Cmd } else { Shell::Bash };
    VariableInput {
        variant,
        layout,
        python,
        caller,
        isolation: Isolation::Strict,
        created: 1_700_000_000,
        processors: 8,
        shell,
        is_staging: false,
        is_test: false,
    }
}
