//! Values, lists and conditions as JSON.

use std::sync::Arc;

use serde_json::Value as Json;

use super::super::{Conditional, Dependency, Item, List, Value, ValueKind};
use super::object::Object;
use crate::model::NoArch;

/// What has a form in the JSON of a parsed recipe.
pub(super) trait ToJson {
    fn to_json(&self) -> Json;
}

impl ToJson for Arc<str> {
    fn to_json(&self) -> Json {
        (**self).into()
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Json {
        (*self).into()
    }
}

impl ToJson for u64 {
    fn to_json(&self) -> Json {
        (*self).into()
    }
}

impl ToJson for i32 {
    fn to_json(&self) -> Json {
        (*self).into()
    }
}

impl ToJson for Dependency {
    fn to_json(&self) -> Json {
        self.spec.to_json()
    }
}

impl ToJson for Option<NoArch> {
    fn to_json(&self) -> Json {
        match self {
            Some(NoArch::Python) => "python".into(),
            Some(NoArch::Generic) => "generic".into(),
            None => false.into(),
        }
    }
}

impl<T: ToJson> ToJson for Value<T> {
    fn to_json(&self) -> Json {
        match &self.kind {
            ValueKind::Literal(literal) => literal.to_json(),
            ValueKind::Template(template) => template.text.to_json(),
        }
    }
}

impl<T: ToJson> ToJson for Item<T> {
    fn to_json(&self) -> Json {
        match self {
            Self::Value(value) => value.to_json(),
            Self::If(conditional) => conditional.to_json(),
        }
    }
}

impl<T: ToJson> ToJson for Conditional<T> {
    fn to_json(&self) -> Json {
        Object::default()
            .with("if", self.condition.text.to_json())
            .with("then", branch(&self.then))
            .some("else", self.otherwise.as_ref().map(branch))
            .finish()
    }
}

impl<T: ToJson> ToJson for List<T> {
    fn to_json(&self) -> Json {
        self.iter().map(ToJson::to_json).collect()
    }
}

/// A single item stands for itself.
fn branch<T: ToJson>(items: &List<T>) -> Json {
    match items.as_slice() {
        [item] => item.to_json(),
        _ => items.to_json(),
    }
}
