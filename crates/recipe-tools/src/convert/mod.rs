//! Converts recipes of conda-build (`meta.yaml`) to the v1 format (`recipe.yaml`).
//!
//! The pipeline: text → [`template`] (Jinja statements run, `{{ }}` marked, selectors become conditions of lines) →
//! [`tree`] (YAML with conditions, comments and repeated keys) → sections of the new recipe → [`emit`] (text). What cannot
//! be converted is reported with its place in the old recipe; the rest is converted all the same.

mod about;
mod build;
mod context;
mod emit;
mod expr;
mod expr_parse;
mod fold;
mod notes;
mod outputs;
mod requirements;
mod section;
mod selector;
mod source;
mod spec;
mod template;
#[cfg(test)]
mod tests;
mod tests_section;
mod translate;
mod tree;
mod value;

use serde::{Deserialize, Serialize};
use sidewinder_recipe::diagnostic::{DiagnosticRecord, Severity};

pub use notes::Note;

use emit::{Field, Out};
use expr::Expr;
use notes::Notes;
use section::Section;
use tests_section::needs_perl;
use translate::Names;
use value::Converter;

/// Longest `meta.yaml` that is converted, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What a conversion may know besides the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ConvertOptions {
    /// Where the text comes from; only named in diagnostics.
    pub path: Option<String>,
    /// Names of the files next to the recipe: conda-build runs `build.sh`, `bld.bat` and `run_test.*` by their names.
    pub files: Vec<String>,
}

/// A converted recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Conversion {
    /// The text of the v1 recipe; empty if the old one cannot be read at all.
    pub recipe: String,
    /// What could not be converted or should be checked, with places in the old recipe. Without errors, the new recipe
    /// means the same.
    pub diagnostics: Vec<DiagnosticRecord>,
    /// Files next to the recipe that v1 expects under another name.
    pub renames: Vec<FileRename>,
}

/// A file that has to be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FileRename {
    /// Its name.
    pub from: String,
    /// The name that v1 expects.
    pub to: String,
}

/// Converts a `meta.yaml` to a v1 recipe.
///
/// # Example: a selector and a variable
/// ```
/// use sidewinder_recipe_tools::convert::{ConvertOptions, convert};
///
/// let old = "{% set version = \"1.0\" %}\npackage:\n  name: a\n  version: {{ version }}\nbuild:\n  skip: true  # [win]\n";
/// let new = convert(old, &ConvertOptions::default());
/// assert!(new.diagnostics.is_empty());
/// assert!(new.recipe.contains("context:\n  version: \"1.0\"\n"));
/// assert!(new.recipe.contains("skip: win\n"));
/// ```
#[must_use]
pub fn convert(text: &str, options: &ConvertOptions) -> Conversion {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut notes = Notes::new(text, options.path.as_deref());
    let failed =
        |notes: Notes<'_>| Conversion { recipe: String::new(), diagnostics: notes.finish(), renames: Vec::new() };
    if text.len() > MAX_BYTES {
        let message = format!("too large for a recipe (limit {} MiB)", MAX_BYTES >> 20);
        notes.add(Note::InvalidMetaYaml, 0, message, None);
        return failed(notes);
    }
    let template = template::run(text, &mut notes);
    let numbers: Vec<usize> = template.lines.iter().map(|line| line.number).collect();
    let document = match tree::read(template.lines) {
        Ok(document) => document,
        Err((line, message)) => {
            notes.add(Note::InvalidMetaYaml, numbers.get(line).copied().unwrap_or(0), message, None);
            return failed(notes);
        }
    };
    let uses_compilers = template.expressions.iter().any(|(expr, _)| calls_compiler(expr));
    let mut converter = Converter {
        document: &document,
        expressions: template.expressions,
        names: Names::default(),
        notes,
        files: &options.files,
        uses_compilers,
    };
    let recipe = converter.recipe(template.assignments);
    let renames = converter.renames(&Section::new(&document.root));
    let mut diagnostics = converter.notes.finish();
    diagnostics.extend(problems(&recipe));
    Conversion { recipe, diagnostics, renames }
}

fn calls_compiler(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |inner| {
        found |= matches!(inner, Expr::Call(callee, _) if matches!(&**callee, Expr::Name(name) if name == "compiler"));
    });
    found
}

/// What the new recipe itself has wrong, as far as that shows without rendering.
fn problems(recipe: &str) -> Vec<DiagnosticRecord> {
    let mut records = sidewinder_recipe::check(recipe, None, Default::default());
    records.retain(|record| record.severity == Severity::Error);
    for record in &mut records {
        let line = record.span.take().map_or(0, |span| span.line);
        record.message = format!("line {line} of the converted recipe: {}", record.message);
        record.related.clear();
    }
    records
}

impl Converter<'_, '_> {
    fn recipe(&mut self, assignments: Vec<template::Assignment>) -> String {
        let top = Section::new(&self.document.root);
        let context = self.context(assignments);
        let package = top.section("package");
        for (variable, key) in [("PKG_NAME", "name"), ("PKG_VERSION", "version")] {
            if let Some(text) = package.all(key).last().and_then(|entry| entry.value.scalar()) {
                let text = text.to_owned();
                let value = self.text_expr(&text);
                self.names.package.insert(variable, value);
            }
        }
        if let Some(text) = top.section("build").all("number").last().and_then(|entry| entry.value.scalar()) {
            let text = text.to_owned();
            let number = match self.text_expr(&text) {
                Expr::Text(text, _) if text.bytes().all(|b| b.is_ascii_digit()) => Expr::Number(text),
                other => other,
            };
            self.names.package.insert("PKG_BUILDNUM", number);
        }
        let is_multi = top.has("outputs");
        let mut fields = vec![Field::new("schema_version", Out::text("1"))];
        if let Some(first) = self.document.root.first() {
            // Comments at the start are about the file.
            fields[0].lead = self.lead(first.line);
        }
        if !context.is_empty() {
            fields.push(Field::new("context", Out::Map(context)));
        }
        let identity = self.identity(&package);
        fields.push(Field::new(if is_multi { "recipe" } else { "package" }, Out::Map(identity)));
        fields.extend(self.sources(&top.all("source"), &[]));
        let old_build = top.section("build");
        let mut build = self.build(&old_build, None, &[]);
        if is_multi {
            // The script is part of the build that the outputs share.
            build.retain(|field| field.key != "script");
        }
        let requirements = top.section("requirements");
        if !is_multi && self.has_one_environment(&requirements) && !old_build.has("merge_build_host") {
            build.push(Field::new("merge_build_and_host_envs", Out::text("true")));
        }
        if !build.is_empty() {
            fields.push(Field { lead: self.lead_of(&top, "build"), ..Field::new("build", Out::Map(build)) });
        }
        if is_multi {
            let outputs = self.outputs(&top);
            fields.push(Field { lead: self.lead_of(&top, "outputs"), ..Field::new("outputs", Out::List(outputs)) });
        } else {
            let requires = self.requirements(&requirements, &old_build, &[]);
            if !requires.is_empty() {
                let lead = self.lead_of(&top, "requirements");
                fields.push(Field { lead, ..Field::new("requirements", Out::Map(requires)) });
            }
            let tests = self.tests(&top.section("test"), needs_perl(&requirements), true, &[]);
            if !tests.is_empty() {
                fields.push(Field { lead: self.lead_of(&top, "test"), ..Field::new("tests", Out::List(tests)) });
            }
        }
        let about = self.about(&top.section("about"), &[]);
        if !about.is_empty() {
            fields.push(Field { lead: self.lead_of(&top, "about"), ..Field::new("about", Out::Map(about)) });
        }
        let extra = self.extra(&top.all("extra"));
        if !extra.is_empty() {
            fields.push(Field { lead: self.lead_of(&top, "extra"), ..Field::new("extra", Out::Map(extra)) });
        }
        self.dropped(&top, &[("app", Note::DroppedField, "v1 recipes have no apps")]);
        let keys = [
            "package",
            "source",
            "build",
            "requirements",
            "test",
            "outputs",
            "about",
            "extra",
            "app",
            "schema_version",
        ];
        self.unknown(&top, "the recipe", &keys);
        let tail = self.document.tail.clone();
        emit::document(&fields, &tail)
    }

    fn identity(&mut self, package: &Section<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        for key in ["name", "version"] {
            let entries = package.all(key);
            match self.single(&entries, &[]) {
                Some(value) => {
                    let lead = entries.first().map(|entry| self.lead(entry.line)).unwrap_or_default();
                    fields.push(Field { lead, ..Field::new(key, value) });
                }
                None => self.notes.add(Note::InvalidMetaYaml, 0, format!("missing field `{key}` in `package`"), None),
            }
        }
        fields
    }

    /// Scripts that v1 runs under another name.
    fn renames(&self, top: &Section<'_>) -> Vec<FileRename> {
        let has = |name: &str| self.files.iter().any(|file| file == name);
        let runs_by_name = !top.has("outputs") && !top.section("build").has("script");
        if runs_by_name && has("bld.bat") && !has("build.bat") {
            return vec![FileRename { from: "bld.bat".to_owned(), to: "build.bat".to_owned() }];
        }
        Vec::new()
    }
}
