//! The reference page of all diagnostics, generated from their codes: what each means, with an example and its output.

use std::fmt::Write;

use sidewinder_recipe::Severity;
use sidewinder_recipe::catalogue::{Description, ExampleKind};
use sidewinder_recipe::diagnostic::{Code, Frames};

use crate::{Outcome, page};

const HEADER: &str = "\
<!-- Generated from the codes by `cargo run -p xtask -- catalogue`. Do not edit. -->

# Diagnostics

Every error and warning for recipes and variant files. Each diagnostic has a stable code (`Diagnostic.code`). `sidewinder
check` and `formatDiagnostics` print it with the line that it points to, as shown here.
";

const FILE: &str = "docs/errors.md";

/// Writes the page.
pub(crate) fn write() -> Outcome {
    page::write(FILE, &text()?)
}

/// Fails if the page on disk is stale.
pub(crate) fn check() -> Outcome {
    page::check(FILE, &text()?, "catalogue")
}

fn text() -> Result<String, std::fmt::Error> {
    let codes = Code::all().iter().map(|code| (code.as_str(), code.describe()));
    let (errors, warnings): (Vec<_>, Vec<_>) = codes.partition(|(_, description)| is_error(description));
    let mut page = HEADER.to_owned();
    for (title, codes) in [("Errors", errors), ("Warnings", warnings)] {
        writeln!(page, "\n## {title}")?;
        for (code, description) in codes {
            write!(page, "\n{}", section(code, &description)?)?;
        }
    }
    Ok(page)
}

fn is_error(description: &Description) -> bool {
    description.problems("").iter().any(|problem| problem.severity == Severity::Error)
}

fn section(code: &str, description: &Description) -> Result<String, std::fmt::Error> {
    let (file, command) = match description.kind {
        ExampleKind::Recipe => ("recipe.yaml", "Output of `sidewinder check`:"),
        ExampleKind::Rendering => ("recipe.yaml", "Output of `sidewinder render`:"),
        ExampleKind::Variants => ("variants.yaml", "Output when the file is read:"),
        ExampleKind::BuildConfig => ("conda_build_config.yaml", "Output when the file is read:"),
    };
    let frames = Frames::new(description.example, false);
    let mut text = format!("### `{code}`\n\n{}\n\n", description.summary);
    writeln!(text, "```yaml\n{}```\n", description.example)?;
    writeln!(text, "{command}\n\n```text")?;
    for (index, problem) in description.problems(file).iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&frames.draw(problem));
    }
    text.push_str("```\n");
    Ok(text)
}
