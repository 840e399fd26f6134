//! What a package output takes from the top level of its recipe.

use crate::stage1::{About, Build, Content, Script, ScriptObject, is_default};

/// An output's `build` section on top of the recipe's.
///
/// Where a flag is set at the top, an output cannot unset it; blocks such as `python` are taken as a whole.
pub(super) fn build(own: Build, top: &Build) -> Build {
    let (script, steps) = plan(own.script, own.steps, top);
    Build {
        number: own.number.or(top.number),
        string: None,
        script,
        steps,
        noarch: own.noarch.or(top.noarch),
        flags: or_default(own.flags, &top.flags),
        python: or_default(own.python, &top.python),
        always_copy_files: or_default(own.always_copy_files, &top.always_copy_files),
        always_include_files: or_default(own.always_include_files, &top.always_include_files),
        merge_build_and_host_envs: own.merge_build_and_host_envs || top.merge_build_and_host_envs,
        files: or_default(own.files, &top.files),
        dynamic_linking: or_default(own.dynamic_linking, &top.dynamic_linking),
        variant: or_default(own.variant, &top.variant),
        prefix_detection: or_default(own.prefix_detection, &top.prefix_detection),
        post_process: or_default(own.post_process, &top.post_process),
    }
}

fn or_default<T: Clone + Default + PartialEq>(own: T, top: &T) -> T {
    if is_default(&own) { top.clone() } else { own }
}

type Plan = (Option<Script>, Option<Vec<crate::stage1::Step>>);

fn plan(script: Option<Script>, steps: Option<Vec<crate::stage1::Step>>, top: &Build) -> Plan {
    if steps.is_some() || !is_empty(script.as_ref(), top.steps.is_none()) {
        (script, steps)
    } else {
        (top.script.clone(), top.steps.clone())
    }
}

/// Whether a script says nothing about what to run and how; `cwd` alone says something only next to steps.
fn is_empty(script: Option<&Script>, next_to_script: bool) -> bool {
    match script {
        None => true,
        Some(Script::Object(object)) => {
            let without_cwd = ScriptObject { cwd: None, ..object.clone() };
            is_default(&without_cwd) && (next_to_script || object.cwd.is_none())
        }
        Some(_) => false,
    }
}

/// Outputs never fall back to a script next to the recipe: a plan without content runs nothing.
pub(super) fn without_default_script(mut build: Build) -> Build {
    if build.steps.is_some() {
        return build;
    }
    match &mut build.script {
        None => build.script = Some(Script::Commands(Vec::new())),
        Some(Script::Object(object)) if object.content.is_none() && object.file.is_none() => {
            object.content = Some(Content::Commands(Vec::new()));
        }
        Some(_) => {}
    }
    build
}

/// An output's `about` section on top of the recipe's, field by field.
pub(super) fn about(own: About, top: &About) -> About {
    About {
        homepage: own.homepage.or_else(|| top.homepage.clone()),
        repository: own.repository.or_else(|| top.repository.clone()),
        documentation: own.documentation.or_else(|| top.documentation.clone()),
        license: own.license.or_else(|| top.license.clone()),
        license_file: own.license_file.or_else(|| top.license_file.clone()),
        license_family: own.license_family.or_else(|| top.license_family.clone()),
        summary: own.summary.or_else(|| top.summary.clone()),
        description: own.description.or_else(|| top.description.clone()),
    }
}
