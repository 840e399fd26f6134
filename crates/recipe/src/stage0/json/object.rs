//! JSON objects, key by key, in order.

use serde_json::{Map, Value as Json};

use super::super::List;
use super::value::ToJson;

/// A JSON object under construction.
#[derive(Default)]
pub(super) struct Object(Map<String, Json>);

impl Object {
    /// Adds a key.
    pub(super) fn with(mut self, key: &str, value: Json) -> Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    /// Adds a key where there is a value.
    pub(super) fn some(self, key: &str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a list unless it is empty.
    pub(super) fn list<T: ToJson>(self, key: &str, list: &List<T>) -> Self {
        if list.is_empty() { self } else { self.with(key, list.to_json()) }
    }

    /// Adds an object unless it is empty.
    pub(super) fn map(self, key: &str, map: Map<String, Json>) -> Self {
        if map.is_empty() { self } else { self.with(key, Json::Object(map)) }
    }

    pub(super) fn finish(self) -> Json {
        Json::Object(self.0)
    }

    pub(super) fn into_map(self) -> Map<String, Json> {
        self.0
    }
}
