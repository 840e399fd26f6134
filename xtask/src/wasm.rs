//! Builds the WebAssembly modules and their JavaScript glue, without debug sections.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use wasm_bindgen_cli_support::Bindgen;

use crate::{Outcome, root};

const TARGET: &str = "wasm32-unknown-unknown";
/// Packages, and the base names of their output: `recipe.js`, `recipe_bg.wasm` and their declarations.
///
/// Diagnosis is a module of its own, so that editors of recipes need not load its rules and their regex engine.
const MODULES: [(&str, &str, &str); 2] = [
    ("sidewinder_recipe_wasm", "recipe", ".profile"),
    ("sidewinder_diagnosis_wasm", "diagnosis", ".profile-diagnosis"),
];

/// Builds with a profile of the workspace and writes modules and glue into the SDK.
///
/// The glue is the one for the web: Node loads the same files with `initSync`.
pub(crate) fn build(profile: &str) -> Outcome {
    MODULES.into_iter().try_for_each(|(package, name, stamp)| build_module(package, name, stamp, profile))
}

fn build_module(package: &str, name: &str, stamp: &str, profile: &str) -> Outcome {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root())
        .args(["build", "--package", package, "--target", TARGET, "--profile", profile])
        .status()?;
    if !status.success() {
        return Err(format!("failed to compile {package}").into());
    }

    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let module = target.join(TARGET).join(profile).join(package).with_extension("wasm");
    let out = root().join("ts-sdk/src/wasm");
    fs::create_dir_all(&out)?;
    // Holds the profile of the last build; its modification time is that of the glue.
    let stamp = out.join(stamp);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == profile) && modified(&stamp) > modified(&module) {
        return Ok(());
    }
    Bindgen::new()
        .input_path(&module)
        .out_name(name)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&out)?;
    fs::write(stamp, profile)?;
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
