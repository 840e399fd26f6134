//! Runtime checks of options, generated from the declarations of the Rust structs.
//!
//! The type of a field decides its check. What TypeScript types cannot say, that a string is a path or a number counts
//! milliseconds, follows from the name of the field, or is listed in `KINDS`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Records that callers pass as options, and the check of their strings.
///
/// Nested records come before those that contain them. `text` is any string; `name` becomes a path, a name or an
/// argument and contains no NUL. Records that are not listed here are data: any JSON object passes, and Rust reads it.
const RECORDS: [(&str, &str); 13] = [
    ("Limits", "name"),
    ("SandboxRules", "name"),
    ("SessionOptions", "name"),
    ("RunOptions", "name"),
    ("AddOptions", "name"),
    ("RemoveOptions", "name"),
    ("SyncOptions", "name"),
    ("PatchOptions", "name"),
    ("ListOptions", "name"),
    ("PruneOptions", "name"),
    ("PackageOptions", "name"),
    ("RecipeScriptOptions", "name"),
    ("SearchRequest", "name"),
];

/// Checks of fields whose type does not tell what they hold.
const KINDS: [(&str, &str); 8] = [
    ("SessionOptions.excludeNewer", "date"),
    ("SessionOptions.passEnv", "variableNames"),
    ("RunOptions.env", "variables"),
    ("PruneOptions.olderThan", "date"),
    ("PatchOptions.since", "filledName"),
    // A fraction of a second is a limit, too.
    ("Limits.cpuSeconds", "duration"),
    // Negative levels of zstd are fast ones.
    ("PackageOptions.compressionLevel", "integer"),
    ("RenderConfig.git", "record"),
];

const HEADER: &str = "\
// Generated from the Rust structs by `cargo run -p xtask -- types`. Do not edit.

";

/// The module of checks for the declarations of all types, by name.
pub(super) fn module(declarations: &BTreeMap<String, String>) -> Result<String, String> {
    let mut constants = String::new();
    let mut checks = Checks { declarations, used: BTreeSet::new() };
    for (record, string) in RECORDS.into_iter().chain([("RenderConfig", "text")]) {
        let declaration = declarations.get(record).ok_or(format!("no type `{record}`"))?;
        let fields = fields(declaration).ok_or(format!("`{record}` is not an object type"))?;
        let _ = write!(constants, "\n/** Checks of `{record}`. */\nexport const {} = {{\n", constant(record));
        for (field, type_text) in fields {
            let check = checks.of_field(record, field, type_text, string)?;
            let _ = writeln!(constants, "  {field}: {check},");
        }
        constants.push_str("} satisfies Checks;\n");
    }
    let mut imports: Vec<&str> = checks.used.iter().map(String::as_str).collect();
    imports.push("type Checks");
    imports.sort_by_key(|name| name.trim_start_matches("type ").to_lowercase());
    Ok(format!("{HEADER}import {{\n  {},\n}} from \"../checks.js\";\n{constants}", imports.join(",\n  ")))
}

struct Checks<'a> {
    declarations: &'a BTreeMap<String, String>,
    /// What the generated module imports.
    used: BTreeSet<String>,
}

impl Checks<'_> {
    fn of_field(&mut self, record: &str, field: &str, type_text: &str, string: &str) -> Result<String, String> {
        let listed = KINDS.iter().find(|(path, _)| *path == format!("{record}.{field}"));
        let kind = match (listed, type_text) {
            (Some((_, kind)), _) => kind,
            (_, "string") if field.ends_with("Dir") || field.ends_with("File") => "filledName",
            (_, "number") if field.ends_with("Ms") => "duration",
            _ => return self.of_type(field, type_text, string),
        };
        Ok(self.import(kind))
    }

    fn of_type(&mut self, field: &str, type_text: &str, string: &str) -> Result<String, String> {
        if let Some(literals) = literals(type_text) {
            return Ok(format!("{}({})", self.import("oneOf"), literals.join(", ")));
        }
        if let Some(values) = map_values(type_text) {
            return Ok(match (values, string) {
                ("string", "text") => self.import("textRecord"),
                ("Array<string>", _) => {
                    let [record_of, names, name] = ["recordOf", "names", "name"].map(|check| self.import(check));
                    format!("{record_of}(\"an object of lists of strings\", {names}, {name})")
                }
                _ => self.import("record"),
            });
        }
        let kind = match type_text {
            "boolean" => "flag",
            "number" => "count",
            "string" => string,
            "Array<string>" => {
                if string == "text" {
                    "texts"
                } else {
                    "names"
                }
            }
            _ => return self.of_named(field, type_text, string),
        };
        Ok(self.import(kind))
    }

    /// The check of a type that has a declaration of its own.
    fn of_named(&mut self, field: &str, type_name: &str, string: &str) -> Result<String, String> {
        let declaration =
            self.declarations.get(type_name).ok_or(format!("`{field}` has a type without a check: `{type_name}`"))?;
        if RECORDS.iter().any(|(record, _)| *record == type_name) {
            return Ok(format!("{}({}, \"{field}\")", self.import("options"), constant(type_name)));
        }
        let Some(body) = body(declaration) else {
            return Ok(self.import("record"));
        };
        match body.strip_prefix("boolean | ") {
            Some(other) => Ok(format!("{}({})", self.import("flagOr"), self.of_type(field, other, string)?)),
            None if body.starts_with('{') => Ok(self.import("record")),
            None => self.of_type(field, body, string),
        }
    }

    fn import(&mut self, name: &str) -> String {
        self.used.insert(name.to_owned());
        name.to_owned()
    }
}

/// `SESSION_OPTIONS` of `SessionOptions`.
fn constant(record: &str) -> String {
    let mut name = String::new();
    for (index, letter) in record.char_indices() {
        if index > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    name
}

/// The type that a declaration gives a name to.
fn body(declaration: &str) -> Option<&str> {
    let start = declaration.rfind("export type ")?;
    let (_, body) = declaration[start..].split_once(" = ")?;
    body.trim().strip_suffix(';').map(str::trim)
}

/// Names and types of the fields of an object type. The type of an optional field is that of its value.
fn fields(declaration: &str) -> Option<Vec<(&str, &str)>> {
    let inner = declaration[declaration.rfind("export type ")?..].split_once(" = {")?.1;
    let mut fields = Vec::new();
    // Each field is on a line of its own, after its documentation.
    for line in inner.lines().map(str::trim) {
        if line.starts_with(['/', '*']) {
            continue;
        }
        let Some((field, rest)) = line.split_once(": ") else { continue };
        let type_text = rest.trim_end_matches("};").trim_end_matches([',', ' ']).trim_end_matches(" | null");
        fields.push((field.trim_end_matches('?'), type_text));
    }
    Some(fields)
}

/// The type of the values of a map from strings.
fn map_values(type_text: &str) -> Option<&str> {
    let rest = ["{ [key in string]: ", "{ [key: string]: "].iter().find_map(|start| type_text.strip_prefix(start))?;
    rest.strip_suffix(" }")
}

/// The literals of a union of string literals.
fn literals(type_text: &str) -> Option<Vec<&str>> {
    let literals: Vec<&str> = type_text.split(" | ").collect();
    literals.iter().all(|literal| literal.starts_with('"')).then_some(literals)
}

#[cfg(test)]
mod tests {
    use super::{constant, fields, literals};

    #[test]
    fn fields_are_read_without_documentation() {
        let declaration =
            "/** doc: text */\nexport type A = { \n/**\n * a: b\n */\na?: string, \nb: Array<string> | null, };\n";
        assert_eq!(fields(declaration), Some(vec![("a", "string"), ("b", "Array<string>")]));
    }

    #[test]
    fn unions_of_literals_are_lists() {
        assert_eq!(literals("\"a\" | \"b\""), Some(vec!["\"a\"", "\"b\""]));
        assert_eq!(literals("string"), None);
        assert_eq!(constant("SessionOptions"), "SESSION_OPTIONS");
    }
}
