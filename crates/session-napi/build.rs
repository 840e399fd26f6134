//! Linker settings of Node.js addons, and a folder for the declarations of what the addon exports.

fn main() {
    napi_build::setup();
    // The macros append one line of JSON for each exported item to a file of this folder. A file of an earlier build would
    // keep items that are gone, so this runs again, and removes it, whenever the sources change.
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=build.rs");
    let Some(folder) = std::env::var_os("OUT_DIR").map(std::path::PathBuf::from) else { return };
    let _ = std::fs::remove_file(folder.join(env!("CARGO_PKG_NAME")));
    println!("cargo::rustc-env=NAPI_TYPE_DEF_TMP_FOLDER={}", folder.display());
}
