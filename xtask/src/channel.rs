//! The embedded channel for the demo and the tests, and a synthetic index for benchmarks.

use std::path::Path;

use sidewinder_testkit::{SyntheticIndex, embedded};

use crate::Outcome;

/// Writes the channel into the folder unless it is up to date; prints its URL.
#[expect(clippy::print_stdout, reason = "the URL is the result of this step")]
pub(crate) fn write(folder: &str) -> Outcome {
    println!("{}", embedded::write(Path::new(folder))?.url());
    Ok(())
}

/// Writes an index without packages, as large as that of a large channel; prints specs to solve for.
#[expect(clippy::print_stdout, reason = "the specs are the result of this step")]
pub(crate) fn write_index(folder: &str, index: SyntheticIndex) -> Outcome {
    index.write(Path::new(folder))?;
    println!("{}", index.specs(20).join("\n"));
    Ok(())
}
