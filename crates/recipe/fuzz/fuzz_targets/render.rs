//! A recipe and a variant file, apart by a line of `=====`, render or are refused; what renders has a build string.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sidewinder_recipe_fuzz::render(text));
