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
/// Diagnosis is a module of its own, so that editors of recipes need not load its rules and their regex engine. So are the
/// tools for recipes, which programs that only render do not need.
const MODULES: [(&str, &str, &str); 3] = [
    ("sidewinder_recipe_wasm", "recipe", ".profile"),
    ("sidewinder_diagnosis_wasm", "diagnosis", ".profile-diagnosis"),
    ("sidewinder_recipe_tools_wasm", "tools", ".profile-tools"),
];

/// Flags for the recipe module in the profile that is shipped: inline little.
///
/// LLVM merges a function that has one caller into it, whatever its size, and JavaScript engines take the functions of 50 kB
/// that come of it for hot and optimize them while the first recipe waits. Both numbers are relative to each other: an
/// instruction costs 250 instead of 5, so a function of 8 instructions is still inlined. With 120 and 1800 the module was 13 %
/// larger, the first recipe took 15 % longer, and many recipes as long.
const RECIPE_FLAGS: &str = "-Cllvm-args=-inline-instr-cost=250 -Cllvm-args=-inline-threshold=2000";

/// Builds with a profile of the workspace and writes modules and glue into the SDK.
///
/// The glue is the one for the web: Node loads the same files with `initSync`.
pub(crate) fn build(profile: &str) -> Outcome {
    MODULES.into_iter().try_for_each(|(package, name, stamp)| build_module(package, name, stamp, profile))
}

fn build_module(package: &str, name: &str, stamp: &str, profile: &str) -> Outcome {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["build", "--package", package, "--target", TARGET, "--profile", profile]);
    if (package, profile) == ("sidewinder_recipe_wasm", "wasm") {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", RECIPE_FLAGS);
    }
    let status = command.status()?;
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
    write_texts_at_once(&out.join(name).with_extension("js"))?;
    fs::write(stamp, profile)?;
    Ok(())
}

/// The glue copies text into the module's memory unit by unit as long as it is ASCII. `encodeInto` does that in a fraction of
/// the time; where it does not fit, because some of it is not ASCII, the glue does it its way.
fn write_texts_at_once(glue: &Path) -> Outcome {
    const LOOP: &str = "    for (; offset < len; offset++) {\n        const code = arg.charCodeAt(offset);";
    const ENCODE: &str = "    if (len > 32 && cachedTextEncoder.encodeInto(arg, mem.subarray(ptr, ptr + len)).read === len) offset = len;\n\n";
    let text = fs::read_to_string(glue)?;
    let at = text.find(LOOP).ok_or("the glue of this release of wasm-bindgen copies text in another way")?;
    fs::write(glue, format!("{}{ENCODE}{}", &text[..at], &text[at..]))?;
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
