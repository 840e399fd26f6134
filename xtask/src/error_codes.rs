//! The reference page of error codes, generated from the list in Rust.

use std::fmt::Write;

use sidewinder_session::ErrorCode;
use sidewinder_session::error_code::Origin;

use crate::{Outcome, page};

const HEADER: &str = "\
<!-- Generated from the codes by `cargo run -p xtask -- error-codes`. Do not edit. -->

# Error codes

Every error has a stable `code`. Test the code or the class, never the message:

```ts
import { DebugSession, SidewinderError } from \"sidewinder\";

try {
  await DebugSession.attach(\"no-session-here\");
} catch (error) {
  if (!SidewinderError.is(error)) throw error;
  console.log(error.code, error.hint ?? \"\");
}
```

`ErrorCode` is the union of all codes in TypeScript, so a `switch` over `error.code` is checked by the compiler. The command
line prints the code as `error[CODE]`, and with `--json` as `error.code`. Problems in recipes have [codes of their
own](errors.md).
";

const GROUPS: [(Origin, &str); 6] = [
    (Origin::Recipe, "Recipes and variant files"),
    (Origin::Session, "Debug sessions"),
    (Origin::Package, "Packaging"),
    (Origin::Agent, "Tools for agents"),
    (Origin::Fleet, "Fleets"),
    (Origin::CommandLine, "Command line"),
];

const FILE: &str = "docs/error-codes.md";

/// Writes the page.
pub(crate) fn write() -> Outcome {
    page::write(FILE, &text()?)
}

/// Fails if the page on disk is stale.
pub(crate) fn check() -> Outcome {
    page::check(FILE, &text()?, "error-codes")
}

fn text() -> Result<String, std::fmt::Error> {
    let mut page = HEADER.to_owned();
    for (origin, title) in GROUPS {
        writeln!(page, "\n## {title}")?;
        for code in ErrorCode::ALL.iter().filter(|code| code.info().origin == origin) {
            let info = code.info();
            write!(page, "\n### `{code}`\n\n{}\n\n**Fix:** {}\n", info.cause, info.fix)?;
            if info.class != "SidewinderError" {
                write!(page, "\nClass: `{}`\n", info.class)?;
            }
        }
    }
    Ok(page)
}
