//! The reference page of the linter's rules, generated from the rules: what each says, with an example and its finding.

use std::fmt::Write;

use sidewinder_recipe_tools::lint::{LintOptions, LintSeverity, Rule, lint, rules};

use crate::{Outcome, page};

const HEADER: &str = "\
<!-- Generated from the rules by `cargo run -p xtask -- lint-rules`. Do not edit. -->

# Lint rules

Every rule of `sidewinder lint`, with a recipe that breaks it. [Lint](lint.md) says how rules are chosen and fixes applied.
Ids such as `R-019` are those of conda-forge's linter, conda-smithy.
";

const FILE: &str = "docs/lint-rules.md";

/// Writes the page.
pub(crate) fn write() -> Outcome {
    page::write(FILE, &text()?)
}

/// Fails if the page on disk is stale.
pub(crate) fn check() -> Outcome {
    page::check(FILE, &text()?, "lint-rules")
}

fn text() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut page = HEADER.to_owned();
    let (forge, general): (Vec<&Rule>, Vec<&Rule>) = rules().into_iter().partition(|rule| rule.only_conda_forge);
    for (title, rules) in [("For all recipes", general), ("For recipes of conda-forge", forge)] {
        writeln!(page, "\n## {title}")?;
        for rule in rules {
            write!(page, "\n{}", section(rule)?)?;
        }
    }
    Ok(page)
}

fn section(rule: &Rule) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let options =
        LintOptions { rules: vec![rule.id.to_owned()], files: vec!["bld.bat".to_owned()], ..LintOptions::default() };
    let findings = lint(rule.example, &options)?;
    let severity = match rule.severity {
        LintSeverity::Warning => "Warning",
        LintSeverity::Hint => "Hint",
    };
    let mut facts = vec![severity.to_owned()];
    facts.extend(rule.conda_forge.map(|id| format!("{id} at conda-forge")));
    let fix = findings.iter().find_map(|finding| finding.fix.as_ref());
    facts.extend(fix.map(|fix| if fix.safe { "fixed by `--fix`" } else { "fix proposed in editors" }.to_owned()));
    let mut text = format!("### `{}`\n\n*{}.* {}\n\n", rule.id, facts.join(", "), rule.summary);
    writeln!(text, "```yaml\n{}```\n\n```text", rule.example)?;
    for finding in &findings {
        let line = finding.span.map_or(1, |span| span.line);
        writeln!(text, "recipe.yaml:{line}: {}", finding.message)?;
        if let Some(help) = &finding.help {
            writeln!(text, "  help: {help}")?;
        }
    }
    text.push_str("```\n");
    Ok(text)
}
