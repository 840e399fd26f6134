//! Generated pages: writing them, and checking that those on disk are current.

use std::fs;

use crate::{Outcome, root};

/// Writes a generated page, by its path in the repository.
pub(crate) fn write(file: &str, text: &str) -> Outcome {
    fs::write(root().join(file), text)?;
    Ok(())
}

/// Fails if the page on disk is stale. `step` writes it.
pub(crate) fn check(file: &str, text: &str, step: &str) -> Outcome {
    if fs::read_to_string(root().join(file)).unwrap_or_default() == text {
        return Ok(());
    }
    Err(format!("{file} is stale; run `cargo run -p xtask -- {step}`").into())
}
