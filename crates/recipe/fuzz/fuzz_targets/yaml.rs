//! Any text is read into a tree or into diagnostics whose spans are within the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sidewinder_recipe_fuzz::yaml(text));
