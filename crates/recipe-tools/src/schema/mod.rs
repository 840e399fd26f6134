//! JSON Schemas of recipes and variant files, made from the field tables of the core.

mod kinds;

use serde_json::{Map, Value, json};
use sidewinder_recipe::stage0::format::{MULTI, SINGLE};

use kinds::Definitions;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The JSON Schema (draft 7) of `recipe.yaml`.
///
/// It accepts what the parser accepts as far as a schema can tell: names of fields, their types, and the form of checksums and
/// URLs. Whether a version, a match spec, a license or a template is valid is for the parser.
///
/// # Example: the fields of a recipe for one package
/// ```
/// let schema = sidewinder_recipe_tools::schema::recipe_schema();
/// assert_eq!(schema["definitions"]["recipe"]["required"], serde_json::json!(["package"]));
/// ```
#[must_use]
pub fn recipe_schema() -> Value {
    let mut definitions = Definitions::default();
    let single = definitions.section(&SINGLE);
    let multi = definitions.section(&MULTI);
    json!({
        "$schema": DRAFT,
        "title": "Conda recipe",
        "description": "A conda recipe in the v1 format (recipe.yaml).",
        "type": "object",
        "if": { "required": ["outputs"] },
        "then": multi,
        "else": single,
        "definitions": definitions.into_map(),
    })
}

/// The JSON Schema (draft 7) of `variants.yaml`.
#[must_use]
pub fn variant_schema() -> Value {
    let mut definitions = Map::new();
    definitions.insert("value".to_owned(), json!({ "type": ["string", "number", "boolean"] }));
    definitions.insert(
        "item".to_owned(),
        json!({ "anyOf": [{ "$ref": "#/definitions/value" }, { "$ref": "#/definitions/condition" }] }),
    );
    definitions.insert(
        "branch".to_owned(),
        json!({ "anyOf": [
            { "$ref": "#/definitions/item" },
            { "type": "array", "items": { "$ref": "#/definitions/item" } },
        ] }),
    );
    definitions.insert(
        "condition".to_owned(),
        json!({
            "type": "object",
            "required": ["if", "then"],
            "properties": {
                "if": { "type": ["string", "boolean"], "description": "The condition: an expression without braces." },
                "then": { "$ref": "#/definitions/branch" },
                "else": { "$ref": "#/definitions/branch" },
            },
            "additionalProperties": false,
        }),
    );
    json!({
        "$schema": DRAFT,
        "title": "Conda variants",
        "description": "Variant keys and their values (variants.yaml).",
        "type": "object",
        "properties": {
            "zip_keys": {
                "description": "Groups of keys whose values go together: `[[python, numpy]]`.",
                "type": "array",
                "items": { "type": "array", "items": { "type": "string" } },
            },
            "pin_run_as_build": { "description": "Has no effect; use `run_exports`." },
        },
        "additionalProperties": {
            "description": "The values of a variant key.",
            "type": "array",
            "items": { "$ref": "#/definitions/item" },
        },
        "definitions": definitions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_definition() {
        for schema in [recipe_schema(), variant_schema()] {
            let text = schema.to_string();
            let names: Vec<&str> =
                text.split("\"#/definitions/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert!(!names.is_empty());
            for name in names {
                assert!(schema["definitions"].get(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn fields_are_described() {
        let schema = recipe_schema();
        let number = &schema["definitions"]["build"]["properties"]["number"];
        assert_eq!(number["description"], "The build number: counts builds of the same version. Default: 0.");
    }
}
