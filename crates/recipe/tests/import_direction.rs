//! The modules of the crate form layers: each imports from the layers below it only.

#![allow(clippy::unwrap_used, reason = "a test: what cannot be read fails it")]

use std::fs;
use std::path::{Path, PathBuf};

/// From bottom to top.
const LAYERS: [&str; 13] = [
    "versions",
    "diagnostic",
    "model",
    "yaml",
    "template",
    "variants",
    "stage0",
    "stage1",
    "render",
    "recipe",
    "findings",
    "edit",
    "catalogue",
];

fn layer(name: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| *layer == name)
        .unwrap_or_else(|| unreachable!("`{name}` is not in the list of layers"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if name != "tests" && name != "snapshots" {
                sources(&path, found);
            }
        } else if !name.ends_with("tests.rs") && name != "lib.rs" {
            found.push(path);
        }
    }
}

/// The modules that a source text names with `crate::`, its unit tests and comments left out.
fn imported(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let uses = lines.flat_map(|line| line.split("crate::").skip(1));
    uses.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && *name != "check")
        .collect()
}

#[test]
fn modules_import_from_lower_layers_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 80, "{}", files.len());
    let mut upward = Vec::new();
    for file in files {
        let place = file.strip_prefix(&root).unwrap().with_extension("");
        let own = place.components().next().unwrap().as_os_str().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        for name in imported(&text).into_iter().filter(|name| layer(name) > layer(&own)) {
            upward.push(format!("{} imports from {name}", place.display()));
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}
