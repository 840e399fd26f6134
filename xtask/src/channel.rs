//! The embedded channel, for the demo.

use std::path::Path;

use sidewinder_testkit::embedded;

use crate::Outcome;

/// Writes the channel into the folder, unless it is there and up to date; prints its address.
#[expect(clippy::print_stdout, reason = "the address is this step's result")]
pub(crate) fn write(folder: &str) -> Outcome {
    println!("{}", embedded::write(Path::new(folder))?.url());
    Ok(())
}
