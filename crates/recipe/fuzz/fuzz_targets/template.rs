//! Any text is a template or an expression, or is refused; evaluating a script with it ends.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sidewinder_recipe_fuzz::template(text));
