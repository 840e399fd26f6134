//! Kinds of fields as JSON Schema.

use serde_json::{Map, Value, json};
use sidewinder_recipe::stage0::format::{CONDITION, Kind, Section};

/// The definitions of a schema, by name.
#[derive(Default)]
pub(super) struct Definitions {
    map: Map<String, Value>,
}

impl Definitions {
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.map
    }

    /// A reference to the definition of a mapping.
    pub(super) fn section(&mut self, section: &Section) -> Value {
        let mut properties = Map::new();
        for field in section.fields {
            let kind = self.kind(&field.kind);
            // Draft 7 ignores everything next to `$ref`.
            let kind = if kind.get("$ref").is_some() { json!({ "allOf": [kind] }) } else { kind };
            let mut property = Map::from_iter([("description".to_owned(), Value::from(field.about))]);
            if let Value::Object(kind) = kind {
                property.extend(kind);
            }
            properties.insert(field.name.to_owned(), Value::Object(property));
        }
        let required: Vec<&str> =
            section.fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        if let Value::Object(schema) = &mut schema {
            if !required.is_empty() {
                schema.insert("required".to_owned(), required.into());
            }
            if section.is_closed {
                schema.insert("additionalProperties".to_owned(), false.into());
            }
        }
        let name = section.place.trim_start_matches("the ").replace(' ', "-").replace('`', "");
        self.define(&name, schema)
    }

    /// Adds a definition. Another one of the same name gets a number behind it.
    fn define(&mut self, name: &str, schema: Value) -> Value {
        let mut numbers = 1..;
        loop {
            let key = match numbers.next() {
                Some(number) if number > 1 => format!("{name}-{number}"),
                _ => name.to_owned(),
            };
            match self.map.get(&key) {
                Some(known) if *known != schema => {}
                Some(_) => return reference(&key),
                None => {
                    self.map.insert(key.clone(), schema);
                    return reference(&key);
                }
            }
        }
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Text | Kind::License | Kind::Verbatim => json!({ "type": ["string", "number", "boolean", "null"] }),
            Kind::Version => json!({ "type": ["string", "number"] }),
            Kind::PackageName => json!({ "type": ["string", "number"], "pattern": r"^[A-Za-z0-9_.-]+$|\$\{\{" }),
            Kind::Url => json!({ "type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:|\$\{\{" }),
            Kind::Checksum(digits) => {
                json!({ "type": ["string", "number", "null"], "pattern": format!(r"^[0-9a-fA-F]{{{digits}}}$|^$|\$\{{\{{") })
            }
            Kind::Unsigned => number(json!({ "type": "integer", "minimum": 0 }), r"^\+?[0-9]+$"),
            Kind::Integer => number(json!({ "type": "integer" }), r"^[+-]?[0-9]+$"),
            Kind::Bool => json!({ "anyOf": [{ "type": "boolean" }, template()] }),
            Kind::PlainBool => json!({ "type": "boolean" }),
            Kind::BoolWord => {
                json!({ "enum": [true, false, "true", "false", "True", "False", "yes", "no", "Yes", "No"] })
            }
            Kind::QuotedBool => json!({ "anyOf": [{ "enum": [true, false, "true", "false"] }, template()] }),
            Kind::Word(words) => json!({ "anyOf": [{ "enum": words }, template(), { "type": "null" }] }),
            Kind::MatchSpec => json!({ "type": "string", "minLength": 1 }),
            Kind::Expression => json!({ "type": ["string", "boolean", "number", "null"] }),
            Kind::SchemaVersion => json!({ "enum": [1, "1"] }),
            Kind::Null => json!({ "type": "null" }),
            Kind::List(item) => {
                let item = self.item(item);
                json!({ "type": "array", "items": item })
            }
            Kind::One(item) => self.item(item),
            Kind::PlainList(item) => {
                let item = self.kind(item);
                json!({ "type": "array", "items": item })
            }
            Kind::FilledList(item) => {
                let item = self.kind(item);
                json!({ "type": "array", "items": item, "minItems": 1 })
            }
            Kind::Mapping(section) => self.section(section),
            Kind::Map(value) => {
                let value = self.kind(value);
                json!({ "type": "object", "additionalProperties": value })
            }
            Kind::OneOf(kinds) => {
                let kinds: Vec<Value> = kinds.iter().map(|kind| self.kind(kind)).collect();
                json!({ "anyOf": kinds })
            }
            Kind::Anything => json!({}),
        }
    }

    /// An item of a list that may be conditional: a reference, because branches contain items again.
    fn item(&mut self, item: &Kind) -> Value {
        let plain = self.kind(item);
        let name = match plain.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            Some(name) => format!("{name}-item"),
            None => format!("{}-item", name_of(item)),
        };
        // The name says what the definition contains, so it can be referred to before it exists.
        let own = reference(&name);
        let about = |key: &str| CONDITION.fields.iter().find(|field| field.name == key).map_or("", |field| field.about);
        let branch = json!({ "anyOf": [own, { "type": "array", "items": own }] });
        let described = |key: &str| {
            let mut branch = branch.clone();
            if let Value::Object(branch) = &mut branch {
                branch.insert("description".to_owned(), about(key).into());
            }
            branch
        };
        let condition = json!({
            "type": "object",
            "required": ["if", "then"],
            "properties": {
                "if": { "type": ["string", "boolean", "number"], "description": about("if") },
                "then": described("then"),
                "else": described("else"),
            },
        });
        self.define(&name, json!({ "anyOf": [condition, plain] }))
    }
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::MatchSpec => "match-spec",
        Kind::Expression => "expression",
        Kind::OneOf(kinds) => match kinds.first() {
            Some(Kind::Mapping(section)) if section.place.ends_with("source") => "source",
            Some(Kind::Mapping(section)) if section.place == "test" => "test",
            _ => "any",
        },
        _ => "value",
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn template() -> Value {
    json!({ "type": "string", "pattern": r"\$\{\{" })
}

fn number(number: Value, pattern: &str) -> Value {
    json!({ "anyOf": [number, { "type": "string", "pattern": format!(r"{pattern}|\$\{{\{{") }] })
}
