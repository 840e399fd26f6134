//! `outputs` as JSON.

use serde_json::Value as Json;

use super::super::{Inherit, Output, PackageOutput, StagingOutput};
use super::object::Object;
use super::value::ToJson;

impl ToJson for Output {
    fn to_json(&self) -> Json {
        match self {
            Self::Package(output) => output.to_json(),
            Self::Staging(output) => output.to_json(),
        }
    }
}

impl ToJson for PackageOutput {
    fn to_json(&self) -> Json {
        Object::default()
            .with("package", self.package.to_json())
            .with("inherit", self.inherit.as_ref().map_or(Json::Null, ToJson::to_json))
            .list("source", &self.source)
            .with("requirements", self.requirements.to_json())
            .with("build", self.build.to_json())
            .with("about", self.about.to_json())
            .list("tests", &self.tests)
            .finish()
    }
}

impl ToJson for Inherit {
    fn to_json(&self) -> Json {
        if !self.mapping {
            return self.from.to_json();
        }
        Object::default().with("from", self.from.to_json()).with("run_exports", self.run_exports.into()).finish()
    }
}

impl ToJson for StagingOutput {
    fn to_json(&self) -> Json {
        Object::default()
            .with("staging", Object::default().with("name", self.name.to_json()).finish())
            .list("source", &self.source)
            .with("requirements", self.requirements.to_json())
            .with("build", self.build.plan(Object::default()).finish())
            .finish()
    }
}
