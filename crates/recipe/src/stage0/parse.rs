//! Text → parsed recipe.

use super::delimiters::warn_of_broken_delimiters;
use super::format::known;
use super::reader::Reader;
use super::selectors::warn_of_selectors;
use super::{
    About, Build, Context, Extra, MultiOutput, Output, Package, RecipeInfo, Requirements, SingleOutput, Source, Stage0,
    Test,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::RepodataRevision;
use crate::yaml::{self, Mapping, Node};

/// Reads a recipe.
///
/// Returns the recipe, unless a problem leaves nothing to return, and all problems: errors and warnings.
pub fn parse(text: &str, revision: RepodataRevision) -> (Option<Stage0>, Diagnostics) {
    let (mapping, mut diagnostics, unreadable) = yaml::read(text).into_mapping();
    let Some(mapping) = mapping else { return (None, diagnostics) };
    let mut reader = Reader::new(revision, unreadable);
    let recipe = match mapping.get("outputs") {
        Some(outputs) => Some(Stage0::Multi(Box::new(multi_output(&mut reader, &mapping, outputs)))),
        None => single_output(&mut reader, &mapping).map(|r| Stage0::Single(Box::new(r))),
    };
    warn_of_broken_delimiters(&mut reader, &mapping.entries);
    warn_of_selectors(&mut reader, text, &mapping);
    diagnostics.extend(reader.diagnostics);
    (recipe, diagnostics)
}

fn single_output(reader: &mut Reader, mapping: &Mapping) -> Option<SingleOutput> {
    reader.refuse_unknown(mapping, "recipe", known!(SINGLE));
    let package = match mapping.get("package") {
        Some(node) => Package::read(reader, node, true),
        // An unknown field already, with the advice that fits.
        None if mapping.get("recipe").is_some() => None,
        None => {
            let diagnostic = Diagnostic::error(Code::MissingField, "missing field `package` in recipe", mapping.span);
            reader.report(diagnostic.with_help("write `package` for one package, or `outputs` for several"));
            None
        }
    };
    let recipe = SingleOutput {
        schema_version: mapping.get("schema_version").and_then(|n| schema_version(reader, n)),
        context: mapping.get("context").map(|n| Context::read(reader, n)).unwrap_or_default(),
        source: mapping.get("source").map(|n| Source::read_all(reader, n)).unwrap_or_default(),
        build: mapping.get("build").map(|n| Build::read(reader, n)).unwrap_or_default(),
        requirements: mapping.get("requirements").map(|n| Requirements::read(reader, n)).unwrap_or_default(),
        tests: mapping.get("tests").map(|n| Test::read_all(reader, n)).unwrap_or_default(),
        about: mapping.get("about").map(|n| About::read(reader, n)).unwrap_or_default(),
        extra: mapping.get("extra").map(|n| Extra::read(reader, n)).unwrap_or_default(),
        span: mapping.span,
        package: package?,
    };
    Some(recipe)
}

fn multi_output(reader: &mut Reader, mapping: &Mapping, outputs: &Node) -> MultiOutput {
    reader.refuse_unknown(mapping, "recipe with `outputs`", known!(MULTI));
    MultiOutput {
        schema_version: mapping.get("schema_version").and_then(|n| schema_version(reader, n)),
        context: mapping.get("context").map(|n| Context::read(reader, n)).unwrap_or_default(),
        recipe: recipe_info(reader, mapping),
        source: mapping.get("source").map(|n| Source::read_all(reader, n)).unwrap_or_default(),
        build: mapping.get("build").map(|n| Build::read(reader, n)).unwrap_or_default(),
        tests: mapping.get("tests").map(|n| Test::read_all(reader, n)).unwrap_or_default(),
        about: mapping.get("about").map(|n| About::read(reader, n)).unwrap_or_default(),
        extra: mapping.get("extra").map(|n| Extra::read(reader, n)).unwrap_or_default(),
        outputs: Output::read_all(reader, outputs),
        span: mapping.span,
    }
}

/// `recipe`, or the `version` that stands for it.
fn recipe_info(reader: &mut Reader, mapping: &Mapping) -> RecipeInfo {
    match (mapping.get("recipe"), mapping.get("version")) {
        (Some(recipe), version) => {
            if version.is_some() {
                let entries = mapping.entries.iter().filter(|e| e.key.text == "version");
                reader.warn_ignored(entries, &[], "`recipe` is given: write the version there");
            }
            RecipeInfo::read(reader, recipe)
        }
        (None, Some(version)) => {
            RecipeInfo { version: reader.value(version, super::literal::version), ..RecipeInfo::default() }
        }
        (None, None) => RecipeInfo::default(),
    }
}

fn schema_version(reader: &mut Reader, node: &Node) -> Option<u32> {
    let scalar = reader.scalar(node)?;
    let message = match scalar.text.parse::<u32>() {
        Ok(1) => return Some(1),
        Ok(other) => format!("schema version {other} is not supported"),
        Err(_) => format!("`{}` is not a schema version", scalar.text),
    };
    reader.report(Diagnostic::error(Code::InvalidValue, message, scalar.span).with_help("write `schema_version: 1`"));
    None
}
