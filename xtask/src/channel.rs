//! The embedded channel, for the demo, and an index to measure with.

use std::path::Path;

use sidewinder_testkit::{SyntheticIndex, embedded};

use crate::Outcome;

/// Writes the channel into the folder, unless it is there and up to date; prints its address.
#[expect(clippy::print_stdout, reason = "the address is this step's result")]
pub(crate) fn write(folder: &str) -> Outcome {
    println!("{}", embedded::write(Path::new(folder))?.url());
    Ok(())
}

/// Writes an index without packages, as large as that of a large channel; prints what to solve for.
#[expect(clippy::print_stdout, reason = "the specs are this step's result")]
pub(crate) fn write_index(folder: &str, index: SyntheticIndex) -> Outcome {
    index.write(Path::new(folder))?;
    println!("{}", index.specs(20).join("\n"));
    Ok(())
}
