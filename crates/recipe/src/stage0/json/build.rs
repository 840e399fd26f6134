//! `build` and scripts as JSON: written in full, with defaults.

use serde_json::Value as Json;

use super::super::{BoolOrGlobs, Build, Globs, PostProcess, Script, ScriptObject, Step};
use super::object::Object;
use super::value::ToJson;

impl ToJson for Build {
    fn to_json(&self) -> Json {
        let object = Object::default()
            .some("number", self.number.as_ref().map(ToJson::to_json))
            .some("string", self.string.as_ref().map(ToJson::to_json));
        self.plan(object)
            .some("noarch", self.noarch.as_ref().map(ToJson::to_json))
            .list("flags", &self.flags)
            .with("python", self.python())
            .with("skip", self.skip.to_json())
            .with("always_copy_files", self.always_copy_files.to_json())
            .with("always_include_files", self.always_include_files.to_json())
            .with("merge_build_and_host_envs", or_false(self.merge_build_and_host_envs.as_ref()))
            .with("files", self.files.to_json())
            .with("dynamic_linking", self.dynamic_linking())
            .with("variant", self.variant())
            .with("prefix_detection", self.prefix_detection())
            .with("post_process", self.post_process.to_json())
            .finish()
    }
}

impl Build {
    /// Adds the script or the steps.
    pub(super) fn plan(&self, object: Object) -> Object {
        match &self.steps {
            Some((steps, _)) => object.with("steps", steps.to_json()),
            None => object.with("script", self.script.to_json()),
        }
    }

    fn python(&self) -> Json {
        let python = &self.python;
        Object::default()
            .with("entry_points", python.entry_points.to_json())
            .with("skip_pyc_compilation", python.skip_pyc_compilation.to_json())
            .with("use_python_app_entrypoint", or_false(python.use_python_app_entrypoint.as_ref()))
            .some("version_independent", python.version_independent.as_ref().map(ToJson::to_json))
            .some("site_packages_path", python.site_packages_path.as_ref().map(ToJson::to_json))
            .finish()
    }

    fn dynamic_linking(&self) -> Json {
        let linking = &self.dynamic_linking;
        Object::default()
            .with("rpaths", linking.rpaths.to_json())
            .with("binary_relocation", linking.binary_relocation.as_ref().map_or(true.into(), ToJson::to_json))
            .with("missing_dso_allowlist", linking.missing_dso_allowlist.to_json())
            .with("rpath_allowlist", linking.rpath_allowlist.to_json())
            .some("overdepending_behavior", linking.overdepending_behavior.as_ref().map(ToJson::to_json))
            .some("overlinking_behavior", linking.overlinking_behavior.as_ref().map(ToJson::to_json))
            .finish()
    }

    fn variant(&self) -> Json {
        let variant = &self.variant;
        Object::default()
            .with("use_keys", variant.use_keys.to_json())
            .with("ignore_keys", variant.ignore_keys.to_json())
            .some("down_prioritize_variant", variant.down_prioritize_variant.as_ref().map(ToJson::to_json))
            .finish()
    }

    fn prefix_detection(&self) -> Json {
        let detection = &self.prefix_detection;
        let force_file_type = Object::default()
            .with("text", detection.force_file_type.text.to_json())
            .with("binary", detection.force_file_type.binary.to_json());
        Object::default()
            .with("force_file_type", force_file_type.finish())
            .with("ignore", or_false(detection.ignore.as_ref()))
            .with("ignore_binary_files", or_false(detection.ignore_binary_files.as_ref()))
            .finish()
    }
}

fn or_false<T: ToJson>(value: Option<&T>) -> Json {
    value.map_or(Json::Bool(false), ToJson::to_json)
}

impl ToJson for Globs {
    fn to_json(&self) -> Json {
        if !self.mapping {
            return self.include.to_json();
        }
        Object::default().with("include", self.include.to_json()).with("exclude", self.exclude.to_json()).finish()
    }
}

impl ToJson for BoolOrGlobs {
    fn to_json(&self) -> Json {
        match self {
            Self::Bool(value) => value.to_json(),
            Self::Globs(list) => list.to_json(),
        }
    }
}

impl ToJson for PostProcess {
    fn to_json(&self) -> Json {
        Object::default()
            .with("files", self.files.to_json())
            .with("regex", self.regex.to_json())
            .with("replacement", self.replacement.to_json())
            .finish()
    }
}

impl ToJson for Script {
    fn to_json(&self) -> Json {
        let content = |content: Json| Object::default().with("content", content).finish();
        match self {
            Self::Default => Object::default().finish(),
            Self::Scalar(value) => content(Json::Array(vec![value.to_json()])),
            Self::List(list) => content(list.to_json()),
            Self::Object(object) => object.to_json(),
        }
    }
}

impl ToJson for ScriptObject {
    fn to_json(&self) -> Json {
        let secrets: Vec<Json> = self.secrets.iter().map(ToJson::to_json).collect();
        Object::default()
            .some("interpreter", self.interpreter.as_ref().map(ToJson::to_json))
            .map("env", self.env.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect())
            .some("secrets", (!secrets.is_empty()).then_some(Json::Array(secrets)))
            .some("content", self.content.as_ref().map(ToJson::to_json))
            .some("file", self.file.as_ref().map(ToJson::to_json))
            .some("cwd", self.cwd.as_ref().map(ToJson::to_json))
            .finish()
    }
}

impl ToJson for Step {
    fn to_json(&self) -> Json {
        Object::default()
            .with("run", self.run.to_json())
            .some("if", self.condition.as_ref().map(|c| c.text.to_json()))
            .some("interpreter", self.interpreter.as_ref().map(ToJson::to_json))
            .some("cwd", self.cwd.as_ref().map(ToJson::to_json))
            .map("env", self.env.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect())
            .finish()
    }
}
