//! Builds the WebAssembly core and its JavaScript glue, without debug sections.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use wasm_bindgen_cli_support::Bindgen;

use crate::{Outcome, root};

const PACKAGE: &str = "sidewinder_recipe_wasm";
const TARGET: &str = "wasm32-unknown-unknown";
/// Base name of the output: `recipe.js`, `recipe_bg.wasm` and their declarations.
const NAME: &str = "recipe";

/// Builds with a profile of the workspace and writes module and glue into the SDK.
///
/// The glue is the one for the web: Node loads the same files with `initSync`.
pub(crate) fn build(profile: &str) -> Outcome {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root())
        .args(["build", "--package", PACKAGE, "--target", TARGET, "--profile", profile])
        .status()?;
    if !status.success() {
        return Err(format!("failed to compile {PACKAGE}").into());
    }

    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let module = target.join(TARGET).join(profile).join(PACKAGE).with_extension("wasm");
    let out = root().join("ts-sdk/src/wasm");
    fs::create_dir_all(&out)?;
    // Holds the profile of the last build; its modification time is that of the glue.
    let stamp = out.join(".profile");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == profile) && modified(&stamp) > modified(&module) {
        return Ok(());
    }
    Bindgen::new()
        .input_path(&module)
        .out_name(NAME)
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
