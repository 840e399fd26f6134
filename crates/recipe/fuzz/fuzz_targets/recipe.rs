//! Any text is a recipe or is refused with at least one error, and what is accepted can be written as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sidewinder_recipe_fuzz::recipe(text));
