//! What each fuzz target does with a text; shared with the test that replays what fuzzing found.

include!("../../tests/fuzzed/mod.rs");
