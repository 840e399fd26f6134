//! `tests/tests.yaml`: the tests that can be run on the finished package.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sidewinder_recipe::render::apply_pin;
use sidewinder_recipe::stage1::{Content, Dependency, Pin, Script, ScriptTest, Test};
use sidewinder_recipe::template::{ScriptScope, render_script};

use super::test_files::{TestFiles, stored_tests};
use super::text::yaml;
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::request::PackageRequest;

/// Writes `tests.yaml`.
///
/// # Errors
/// [`Error::Test`].
pub(super) fn tests_yaml(request: &PackageRequest<'_>, files: &TestFiles) -> Result<Entry> {
    let mut tests = Vec::new();
    for (index, test) in stored_tests(request).enumerate() {
        let failed = |reason: String| Error::Test { index, reason };
        let value = match test {
            Test::Script(test) => script_test(request, test, files.folders.get(&index)).map_err(failed)?,
            other => Some(serde_json::to_value(other).map_err(|error| failed(error.to_string()))?),
        };
        tests.extend(value);
    }
    if tests.is_empty() {
        return Ok(Entry::made("info/tests/tests.yaml", b"[]\n".as_slice(), false));
    }
    yaml("info/tests/tests.yaml", &tests)
}

/// A script test; nothing if it neither runs anything nor brings anything along.
fn script_test(
    request: &PackageRequest<'_>,
    test: &ScriptTest,
    folder: Option<&String>,
) -> std::result::Result<Option<Value>, String> {
    let resolved = (request.resolve_script)(&test.script)?;
    let (env, secrets, cwd) = match &test.script {
        Script::Object(object) => (object.env.clone(), object.secrets.clone(), object.cwd.clone()),
        _ => Default::default(),
    };
    let content = match resolved.content {
        None => None,
        Some(Content::Text(text)) => Some(Content::Text(rendered(request, &text, &env)?)),
        Some(Content::Commands(commands)) => {
            let commands: Vec<String> =
                commands.iter().map(|command| rendered(request, command, &env)).collect::<Result<_, _>>()?;
            // A single command is always written as one text.
            Some(match <[String; 1]>::try_from(commands) {
                Ok([command]) => Content::Text(command),
                Err(commands) => Content::Commands(commands),
            })
        }
    };
    let cwd = folder.cloned().or(cwd);
    let requirements = requirements(request, test)?;
    let is_empty = match &content {
        None => true,
        Some(Content::Text(text)) => text.trim().is_empty(),
        Some(Content::Commands(commands)) => commands.is_empty(),
    };
    if is_empty && requirements.is_empty() && test.files == Default::default() {
        return Ok(None);
    }
    let mut value = Map::new();
    let is_plain = resolved.interpreter.is_none() && env.is_empty() && secrets.is_empty() && cwd.is_none();
    let script = match content {
        Some(Content::Commands(commands)) if is_plain => json!(commands),
        content => {
            let mut script = Map::new();
            if let Some(interpreter) = resolved.interpreter {
                script.insert("interpreter".into(), interpreter.into());
            }
            if !env.is_empty() {
                script.insert("env".into(), json!(env));
            }
            if !secrets.is_empty() {
                script.insert("secrets".into(), json!(secrets));
            }
            if let Some(content) = content {
                script.insert("content".into(), json!(content));
            }
            if let Some(cwd) = cwd {
                script.insert("cwd".into(), cwd.into());
            }
            Value::Object(script)
        }
    };
    value.insert("script".into(), script);
    if !requirements.is_empty() {
        value.insert("requirements".into(), Value::Object(requirements));
    }
    if test.files != Default::default() {
        value.insert("files".into(), json!(test.files));
    }
    Ok(Some(Value::Object(value)))
}

fn requirements(request: &PackageRequest<'_>, test: &ScriptTest) -> std::result::Result<Map<String, Value>, String> {
    let mut value = Map::new();
    for (name, list) in [("run", &test.requirements.run), ("build", &test.requirements.build)] {
        if !list.is_empty() {
            let specs: Vec<String> =
                list.iter().map(|dependency| spec(request, dependency)).collect::<Result<_, _>>()?;
            value.insert(name.into(), json!(specs));
        }
    }
    Ok(value)
}

/// A requirement of a test as a match spec.
fn spec(request: &PackageRequest<'_>, dependency: &Dependency) -> std::result::Result<String, String> {
    match dependency {
        Dependency::Spec(spec) => Ok(spec.clone()),
        // The environments of the build are gone when the test runs.
        Dependency::PinCompatible(pin) => Ok(pin.pin_compatible.name.clone()),
        Dependency::PinSubpackage(pin) => {
            let variant = request.variant;
            // Names of packages are compared in lower case, and solvers want them so.
            let pin = &Pin { name: pin.pin_subpackage.name.to_lowercase(), ..pin.pin_subpackage.clone() };
            let sibling = variant.subpackages.iter().find(|(name, _)| name.eq_ignore_ascii_case(&pin.name));
            let (version, build_string) = match sibling {
                Some((_, sibling)) => (&sibling.version, &sibling.build_string),
                None if pin.name.eq_ignore_ascii_case(&variant.name) => (&variant.version, &variant.build_string),
                None => return Err(format!("`{}` in pin_subpackage is not an output of the recipe", pin.name)),
            };
            apply_pin(pin, version, build_string).map_err(|error| error.to_string())
        }
    }
}

/// Script text with its templates filled in. Unknown names become empty: the folders of the test are not known yet.
fn rendered(
    request: &PackageRequest<'_>,
    text: &str,
    env: &indexmap::IndexMap<String, String>,
) -> std::result::Result<String, String> {
    let variant = request.variant;
    let scope = ScriptScope {
        context: &variant.recipe.context,
        variant: &variant.variant,
        environment: &env.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        process_environment: &BTreeMap::new(),
        target_platform: &variant.target_platform,
        host_platform: &variant.host_platform,
        build_platform: &variant.build_platform,
    };
    render_script(text, &scope)
}
