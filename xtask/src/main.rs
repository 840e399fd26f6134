//! Build steps of the workspace that cargo and npm cannot do by themselves.

mod catalogue;
mod channel;
mod error_codes;
mod lint_rules;
mod page;
mod types;
mod wasm;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use sidewinder_testkit::SyntheticIndex;

const USAGE: &str = "\
usage: cargo run -p xtask -- STEP

  wasm [--profile PROFILE]  build the WebAssembly modules with their glue into ts-sdk/src/wasm
                            (profile: wasm, as shipped, or wasm-dev, the default)
  types [--check]           write the TypeScript declarations of the Rust data types into ts-sdk/src/generated,
                            or fail if those there are stale
  catalogue [--check]       write the catalogue of diagnostics to docs/errors.md, or fail if that there is stale
  lint-rules [--check]      write the reference page of lint rules to docs/lint-rules.md, or fail if it is stale
  error-codes [--check]     write the reference page of error codes to docs/error-codes.md, or fail if it is stale
  channel FOLDER            write the embedded channel of the demo and the tests there; prints its URL
  index FOLDER [NAMES RELEASES]
                            write a sharded index without packages there (default: as large as conda-forge's); prints
                            twenty specs to solve for
";

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[expect(clippy::print_stderr, reason = "this is a command line tool")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["wasm"] => wasm::build("wasm-dev"),
        ["wasm", "--profile", profile] => wasm::build(profile),
        ["types"] => types::write(),
        ["types", "--check"] => types::check(),
        ["catalogue"] => catalogue::write(),
        ["catalogue", "--check"] => catalogue::check(),
        ["error-codes"] => error_codes::write(),
        ["error-codes", "--check"] => error_codes::check(),
        ["lint-rules"] => lint_rules::write(),
        ["lint-rules", "--check"] => lint_rules::check(),
        ["channel", folder] => channel::write(folder),
        ["index", folder] => channel::write_index(folder, SyntheticIndex::default()),
        ["index", folder, names, releases] => match (names.parse(), releases.parse()) {
            (Ok(names), Ok(releases)) => channel::write_index(folder, SyntheticIndex::new(names, releases)),
            _ => Err(USAGE.into()),
        },
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}
