//! Which variant keys a recipe can depend on, found without evaluating it (specification 5.4).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    About, BoolOrGlobs, Build, Context, ContextScalar, ContextValue, Dependency, FileChecks, Globs, Inherit, Item,
    List, Output, Package, Requirements, Script, Source, SourceKind, Stage0, Step, Test, TestKind, Value, ValueKind,
};
use crate::template::Expression;

/// What a recipe uses, as far as its text shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticUses {
    /// Names in templates, conditions, literal `skip` items and scripts, of all outputs and the top level.
    pub variables: BTreeSet<String>,
    /// Names of literal free specs in `build` and `host`, in all branches, in lower case.
    pub free_specs: BTreeSet<String>,
    /// Literal, unconditional items of `build.variant.use_keys`.
    pub use_keys: BTreeSet<String>,
}

impl Stage0 {
    /// What the recipe uses, as far as its text shows. `extra` does not count.
    #[must_use]
    pub fn static_uses(&self) -> StaticUses {
        let mut uses = StaticUses::default();
        match self {
            Self::Single(recipe) => {
                uses.context(&recipe.context);
                uses.package(&recipe.package);
                uses.sources(&recipe.source);
                uses.build(&recipe.build);
                uses.requirements(&recipe.requirements);
                uses.tests(&recipe.tests);
                uses.about(&recipe.about);
            }
            Self::Multi(recipe) => {
                uses.context(&recipe.context);
                uses.option(recipe.recipe.name.as_ref());
                uses.option(recipe.recipe.version.as_ref());
                uses.sources(&recipe.source);
                uses.build(&recipe.build);
                uses.tests(&recipe.tests);
                uses.about(&recipe.about);
                recipe.outputs.iter().for_each(|output| uses.output(output));
            }
        }
        uses
    }
}

impl StaticUses {
    fn output(&mut self, output: &Output) {
        match output {
            Output::Package(output) => {
                self.package(&output.package);
                self.option(output.inherit.as_ref().map(|Inherit { from, .. }| from));
                self.sources(&output.source);
                self.requirements(&output.requirements);
                self.build(&output.build);
                self.about(&output.about);
                self.tests(&output.tests);
            }
            Output::Staging(output) => {
                self.value(&output.name);
                self.sources(&output.source);
                self.requirements(&output.requirements);
                self.build(&output.build);
            }
        }
    }

    fn context(&mut self, context: &Context) {
        for entry in &context.entries {
            if let ContextValue::Scalar(ContextScalar::Template { template, .. }) = &entry.value {
                self.names(&template.uses);
            }
        }
    }

    fn package(&mut self, package: &Package) {
        self.value(&package.name);
        self.option(package.version.as_ref());
    }

    fn sources(&mut self, sources: &List<Source>) {
        self.each(sources, &mut |uses, source| {
            match &source.kind {
                SourceKind::Git(git) => {
                    uses.value(&git.git);
                    uses.option(git.reference.as_ref().map(|(_, value)| value));
                    uses.option(git.depth.as_ref());
                    uses.option(git.lfs.as_ref());
                    uses.option(git.submodules.as_ref());
                    uses.option(git.expected_commit.as_ref());
                }
                SourceKind::Url(url) => {
                    url.urls.iter().for_each(|value| uses.value(value));
                    uses.option(url.sha256.as_ref());
                    uses.option(url.md5.as_ref());
                    uses.option(url.file_name.as_ref());
                    if let Some(attestation) = &url.attestation {
                        uses.option(attestation.bundle_url.as_ref());
                        attestation.publishers.iter().for_each(|value| uses.value(value));
                    }
                }
                SourceKind::Path(path) => {
                    uses.value(&path.path);
                    uses.option(path.sha256.as_ref());
                    uses.option(path.md5.as_ref());
                    uses.option(path.file_name.as_ref());
                }
            }
            uses.list(&source.patches);
            uses.option(source.target_directory.as_ref());
            uses.globs(&source.filter);
        });
    }

    fn build(&mut self, build: &Build) {
        self.option(build.number.as_ref());
        self.option(build.string.as_ref());
        self.script(&build.script);
        if let Some((steps, _)) = &build.steps {
            self.each(steps, &mut Self::step);
        }
        self.option(build.noarch.as_ref());
        self.list(&build.flags);
        self.list(&build.python.entry_points);
        self.list(&build.python.skip_pyc_compilation);
        self.option(build.python.use_python_app_entrypoint.as_ref());
        self.option(build.python.version_independent.as_ref());
        self.option(build.python.site_packages_path.as_ref());
        self.skip(&build.skip);
        self.list(&build.always_copy_files);
        self.list(&build.always_include_files);
        self.option(build.merge_build_and_host_envs.as_ref());
        self.globs(&build.files);
        self.list(&build.dynamic_linking.rpaths);
        self.bool_or_globs(build.dynamic_linking.binary_relocation.as_ref());
        self.list(&build.dynamic_linking.missing_dso_allowlist);
        self.list(&build.dynamic_linking.rpath_allowlist);
        self.option(build.dynamic_linking.overdepending_behavior.as_ref());
        self.option(build.dynamic_linking.overlinking_behavior.as_ref());
        self.list(&build.variant.use_keys);
        self.list(&build.variant.ignore_keys);
        self.option(build.variant.down_prioritize_variant.as_ref());
        for item in &build.variant.use_keys {
            if let Item::Value(Value { kind: ValueKind::Literal(key), .. }) = item {
                self.use_keys.insert(key.to_string());
            }
        }
        self.list(&build.prefix_detection.force_file_type.text);
        self.list(&build.prefix_detection.force_file_type.binary);
        self.bool_or_globs(build.prefix_detection.ignore.as_ref());
        self.option(build.prefix_detection.ignore_binary_files.as_ref());
        self.each(&build.post_process, &mut |uses, process| {
            uses.list(&process.files);
            uses.value(&process.regex);
            uses.value(&process.replacement);
        });
    }

    /// Literals directly in the list are expressions; those in branches of conditions do not count, as in the reference.
    fn skip(&mut self, skip: &List<Value<Arc<str>>>) {
        self.list(skip);
        for item in skip {
            if let Item::Value(Value { kind: ValueKind::Literal(text), span }) = item
                && let Ok(expression) = Expression::parse(text, *span)
            {
                self.names(&expression.uses);
            }
        }
    }

    fn script(&mut self, script: &Script) {
        match script {
            Script::Default => {}
            Script::Scalar(value) => self.value(value),
            Script::List(list) => self.list(list),
            Script::Object(object) => {
                self.option(object.interpreter.as_ref());
                object.env.iter().for_each(|(_, value)| self.value(value));
                if let Some(content) = &object.content {
                    self.list(content);
                }
                self.option(object.file.as_ref());
                self.option(object.cwd.as_ref());
            }
        }
    }

    fn step(&mut self, step: &Step) {
        self.list(&step.run);
        if let Some(condition) = &step.condition {
            self.names(&condition.uses);
        }
        self.option(step.interpreter.as_ref());
        self.option(step.cwd.as_ref());
        step.env.iter().for_each(|(_, value)| self.value(value));
    }

    fn requirements(&mut self, requirements: &Requirements) {
        for list in [&requirements.build, &requirements.host] {
            self.each(list, &mut Self::free_spec);
        }
        let run_exports = &requirements.run_exports;
        for list in [
            &requirements.build,
            &requirements.host,
            &requirements.run,
            &requirements.run_constraints,
            &run_exports.noarch,
            &run_exports.strong,
            &run_exports.strong_constraints,
            &run_exports.weak,
            &run_exports.weak_constraints,
        ] {
            self.list(list);
        }
        self.list(&requirements.ignore_run_exports.by_name);
        self.list(&requirements.ignore_run_exports.from_package);
        requirements.extras.iter().for_each(|(_, list)| self.list(list));
    }

    fn free_spec(&mut self, value: &Value<Dependency>) {
        if let ValueKind::Literal(Dependency { free_name: Some(name), .. }) = &value.kind {
            self.free_specs.insert(name.to_string());
        }
    }

    fn tests(&mut self, tests: &List<Test>) {
        self.each(tests, &mut |uses, test| match &test.kind {
            TestKind::Python { imports, pip_check, python_version, .. } => {
                uses.list(imports);
                uses.option(pip_check.as_ref());
                uses.list(python_version);
            }
            TestKind::Perl(list) | TestKind::R(list) | TestKind::Ruby(list) => uses.list(list),
            TestKind::Script(test) => {
                uses.script(&test.script);
                uses.list(&test.run);
                uses.list(&test.build);
                uses.globs(&test.source_files);
                uses.globs(&test.recipe_files);
            }
            TestKind::Downstream(value) => uses.value(value),
            TestKind::PackageContents(contents) => {
                let checks =
                    [&contents.files, &contents.site_packages, &contents.bin, &contents.lib, &contents.include];
                for FileChecks { exists, not_exists } in checks {
                    uses.list(exists);
                    uses.list(not_exists);
                }
            }
        });
    }

    fn about(&mut self, about: &About) {
        self.option(about.homepage.as_ref());
        self.option(about.repository.as_ref());
        self.option(about.documentation.as_ref());
        self.option(about.license.as_ref());
        about.license_file.iter().for_each(|files| self.list(files));
        self.option(about.license_family.as_ref());
        self.option(about.summary.as_ref());
        self.option(about.description.as_ref());
    }

    fn globs(&mut self, globs: &Globs) {
        self.list(&globs.include);
        self.list(&globs.exclude);
    }

    fn bool_or_globs(&mut self, value: Option<&BoolOrGlobs>) {
        match value {
            None => {}
            Some(BoolOrGlobs::Bool(value)) => self.value(value),
            Some(BoolOrGlobs::Globs(list)) => self.list(list),
        }
    }

    fn list<T>(&mut self, list: &List<Value<T>>) {
        self.each(list, &mut Self::value);
    }

    /// Visits every item in all branches, and the conditions.
    fn each<T, F: FnMut(&mut Self, &T)>(&mut self, list: &List<T>, visit: &mut F) {
        for item in list {
            match item {
                Item::Value(value) => visit(self, value),
                Item::If(conditional) => {
                    self.names(&conditional.condition.uses);
                    self.each(&conditional.then, visit);
                    if let Some(otherwise) = &conditional.otherwise {
                        self.each(otherwise, visit);
                    }
                }
            }
        }
    }

    fn option<T>(&mut self, value: Option<&Value<T>>) {
        if let Some(value) = value {
            self.value(value);
        }
    }

    fn value<T>(&mut self, value: &Value<T>) {
        if let ValueKind::Template(template) = &value.kind {
            self.names(&template.uses);
        }
    }

    fn names(&mut self, names: &[String]) {
        for name in names {
            if !self.variables.contains(name) {
                self.variables.insert(name.clone());
            }
        }
    }
}

#[cfg(test)]
#[path = "uses_tests.rs"]
mod tests;
