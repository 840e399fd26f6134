//! Any text is a variant file of either format or is refused with at least one diagnostic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sidewinder_recipe_fuzz::variant_file(text));
