//! The parsed recipe as JSON, templates as their text (specification 8.2).

mod build;
mod object;
mod output;
mod section;
#[cfg(test)]
mod tests;
mod value;

use serde_json::{Map, Value as Json};

use super::{Context, ContextScalar, ContextValue, Stage0};
use object::Object;
use value::ToJson;

impl Stage0 {
    /// The recipe as JSON, templates as their text (specification 8.2).
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Single(recipe) => Object::default()
                .some("schema_version", recipe.schema_version.map(Json::from))
                .map("context", context(&recipe.context))
                .with("package", recipe.package.to_json())
                .with("build", recipe.build.to_json())
                .with("requirements", recipe.requirements.to_json())
                .with("about", recipe.about.to_json())
                .with("extra", Json::Object(recipe.extra.data.clone()))
                .list("source", &recipe.source)
                .list("tests", &recipe.tests)
                .finish(),
            Self::Multi(recipe) => Object::default()
                .some("schema_version", recipe.schema_version.map(Json::from))
                .map("context", context(&recipe.context))
                .with(
                    "recipe",
                    Object::default()
                        .some("name", recipe.recipe.name.as_ref().map(ToJson::to_json))
                        .some("version", recipe.recipe.version.as_ref().map(ToJson::to_json))
                        .finish(),
                )
                .list("source", &recipe.source)
                .with("build", recipe.build.to_json())
                .with("about", recipe.about.to_json())
                .with("extra", Json::Object(recipe.extra.data.clone()))
                .list("tests", &recipe.tests)
                .with("outputs", recipe.outputs.iter().map(ToJson::to_json).collect())
                .finish(),
        }
    }
}

fn context(context: &Context) -> Map<String, Json> {
    let value = |value: &ContextValue| match value {
        ContextValue::Scalar(ContextScalar::Literal(value, _)) => value.clone(),
        ContextValue::Scalar(ContextScalar::Template { template, .. }) => (*template.text).into(),
        ContextValue::List(items, _) => Json::Array(items.clone()),
    };
    context.entries.iter().map(|entry| (entry.name.to_string(), value(&entry.value))).collect()
}
