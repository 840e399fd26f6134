//! Evaluates recipes for several packages.

use std::collections::BTreeSet;

use super::context::EvaluatedContext;
use super::fields::Evaluation;
use super::{EvaluatedOutput, EvaluatedRequirements, EvaluatedStaging, merge};
use crate::diagnostic::{Code, Diagnostic};
use crate::stage0::{MultiOutput, Output, PackageOutput, StagingOutput, literal};
use crate::stage1::{
    About, Build, InheritsFrom, Package, Recipe, Requirements, Source, StagingBuild, StagingCache, Test,
};

/// A value, and the names that were looked up for it.
#[derive(Clone, Debug, Default)]
struct Tracked<T> {
    value: T,
    accessed: BTreeSet<String>,
}

/// Sections of the top level, each evaluated when an output first takes it.
#[derive(Default)]
struct Top {
    build: Option<Tracked<Build>>,
    about: Option<Tracked<About>>,
    source: Option<Tracked<Vec<Source>>>,
    tests: Option<Tracked<Vec<Test>>>,
    extra: Option<Tracked<serde_json::Map<String, serde_json::Value>>>,
}

/// A staging output, evaluated.
struct Staging {
    cache: StagingCache,
    contribution: EvaluatedStaging,
}

impl Evaluation<'_> {
    pub(super) fn multi(&mut self, recipe: &MultiOutput) -> Vec<EvaluatedOutput> {
        let context = self.context(&recipe.context, true);
        if self.errors.has_errors() {
            return Vec::new();
        }
        let top_skip = self.tracked(|this| this.skip(&recipe.build));
        let mut top = Top::default();
        let mut stagings = Vec::new();
        for output in &recipe.outputs {
            if let Output::Staging(staging) = output {
                stagings.extend(self.staging(recipe, staging, &mut top, &context));
            }
        }
        if !top_skip.value {
            self.free_specs.extend(stagings.iter().flat_map(|staging| staging.contribution.free_specs.iter().cloned()));
        }
        let mut outputs = Vec::new();
        for output in &recipe.outputs {
            if let Output::Package(package) = output {
                outputs.extend(self.package_output(recipe, package, &top_skip, &mut top, &stagings, &context));
            }
        }
        outputs
    }

    /// Does something and takes out what was looked up for it.
    fn tracked<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Tracked<T> {
        let before = self.scope.take_accessed();
        let value = work(self);
        let accessed = self.scope.take_accessed();
        before.iter().for_each(|name| self.scope.mark(name));
        Tracked { value, accessed }
    }

    /// A section of the top level: evaluated at first use, and the names that it looks up count for every user.
    fn take<T: Clone>(&mut self, slot: &mut Option<Tracked<T>>, work: impl FnOnce(&mut Self) -> T) -> T {
        let tracked = match slot.take() {
            Some(tracked) => tracked,
            None => self.tracked(work),
        };
        tracked.accessed.iter().for_each(|name| self.scope.mark(name));
        let value = tracked.value.clone();
        *slot = Some(tracked);
        value
    }

    fn staging(
        &mut self,
        recipe: &MultiOutput,
        staging: &StagingOutput,
        top: &mut Top,
        context: &EvaluatedContext,
    ) -> Option<Staging> {
        let _ = self.scope.take_accessed();
        let name = self.text(&staging.name);
        let build = self.build(&staging.build);
        let mut free_specs = BTreeSet::new();
        let requirements = self.requirements(&staging.requirements, &mut free_specs);
        let mut source = self.take(&mut top.source, |this| this.sources(&recipe.source));
        source.extend(self.sources(&staging.source));
        let mut accessed = self.scope.take_accessed();
        accessed.extend(context.accessed.iter().cloned());
        let build = (build.script.is_some() || build.steps.is_some()).then_some(StagingBuild {
            string: None,
            script: build.script,
            steps: build.steps,
        });
        Some(Staging {
            cache: StagingCache { name: name?, build, requirements, source },
            contribution: EvaluatedStaging { accessed, free_specs },
        })
    }

    fn package_output(
        &mut self,
        recipe: &MultiOutput,
        output: &PackageOutput,
        top_skip: &Tracked<bool>,
        top: &mut Top,
        stagings: &[Staging],
        context: &EvaluatedContext,
    ) -> Option<EvaluatedOutput> {
        let _ = self.scope.take_accessed();
        top_skip.accessed.iter().for_each(|name| self.scope.mark(name));
        let skip = self.skip(&output.build) || top_skip.value;
        if skip {
            // The reference evaluates this much of a skipped output, and its problems are errors.
            self.checked(&output.package.name, literal::package_name);
            self.version(recipe, output);
            self.take(&mut top.build, |this| this.build(&recipe.build));
            self.build(&output.build);
            return Some(self.skipped(recipe, output, context));
        }
        let name = self.checked(&output.package.name, literal::package_name);
        let version = self.version(recipe, output);
        let top_build = self.take(&mut top.build, |this| this.build(&recipe.build));
        let own_build = self.build(&output.build);
        let top_about = self.take(&mut top.about, |this| this.about(&recipe.about));
        let about = merge::about(self.about(&output.about), &top_about);
        let mut free_specs = BTreeSet::new();
        let requirements = self.requirements(&output.requirements, &mut free_specs);
        let extra = self.take(&mut top.extra, |this| this.extra(&recipe.extra));

        let (mut source, mut tests) = (Vec::new(), Vec::new());
        if output.inherit.is_none() {
            source = self.take(&mut top.source, |this| this.sources(&recipe.source));
            tests = self.take(&mut top.tests, |this| this.tests(&recipe.tests));
        }
        source.extend(self.sources(&output.source));
        tests.extend(self.tests(&output.tests));

        let staging = match &output.inherit {
            Some(inherit) => {
                let name = self.text(&inherit.from);
                Some((name.and_then(|name| self.find_staging(&name, inherit.from.span, stagings))?, inherit))
            }
            None => None,
        };
        let (plan_top, own_plan) = match staging {
            // Its own script only: that of the top level is not for outputs that take files of a staging output.
            Some(_) => (Build { script: None, steps: None, ..top_build }, own_build),
            None => (top_build, own_build),
        };
        let build = merge::without_default_script(merge::build(own_plan, &plan_top));
        let mut accessed = self.scope.take_accessed();
        accessed.extend(context.accessed.iter().cloned());
        if let Some((staging, _)) = staging {
            free_specs.extend(staging.contribution.free_specs.iter().cloned());
        }
        Some(EvaluatedOutput {
            recipe: Recipe {
                schema_version: 1,
                context: context.values.clone(),
                package: Package { name: name?, version: version? },
                source,
                build,
                requirements,
                tests,
                about,
                extra,
                staging_caches: staging.iter().map(|(staging, _)| staging.cache.clone()).collect(),
                inherits_from: staging.map(|(staging, inherit)| InheritsFrom {
                    cache_name: staging.cache.name.clone(),
                    inherit_run_exports: inherit.run_exports,
                }),
            },
            skip: false,
            accessed,
            context_shadows: context.shadows.clone(),
            free_specs,
            staging: staging.map(|(staging, _)| staging.contribution.clone()),
            build_string: output.build.string.clone().or_else(|| recipe.build.string.clone()),
            span: output.span,
        })
    }

    fn version(&mut self, recipe: &MultiOutput, output: &PackageOutput) -> Option<String> {
        match output.package.version.as_ref().or(recipe.recipe.version.as_ref()) {
            Some(version) => self.checked(version, literal::version),
            None => {
                self.error(
                    Diagnostic::error(Code::MissingField, "the output has no version", output.package.span)
                        .with_help("give `version` in its `package`, or once for all outputs in `recipe`"),
                );
                None
            }
        }
    }

    fn find_staging<'s>(
        &mut self,
        name: &str,
        span: crate::diagnostic::Span,
        stagings: &'s [Staging],
    ) -> Option<&'s Staging> {
        let found = stagings.iter().find(|staging| staging.cache.name == name);
        if found.is_none() {
            let names: Vec<String> = stagings.iter().map(|staging| format!("`{}`", staging.cache.name)).collect();
            let problem =
                Diagnostic::error(Code::UnknownStagingOutput, format!("there is no staging output `{name}`"), span);
            self.error(if names.is_empty() {
                problem.with_help("the recipe has no staging outputs")
            } else {
                problem.with_help(format!("the staging outputs are {}", names.join(", ")))
            });
        }
        found
    }

    /// A skipped output: its name where it can be told without failing.
    fn skipped(&mut self, recipe: &MultiOutput, output: &PackageOutput, context: &EvaluatedContext) -> EvaluatedOutput {
        let problems = std::mem::take(&mut self.errors);
        let name = self.checked(&output.package.name, literal::package_name);
        let version = self.version(recipe, output);
        self.errors = problems;
        let mut accessed = self.scope.take_accessed();
        accessed.extend(context.accessed.iter().cloned());
        EvaluatedOutput {
            recipe: Recipe {
                schema_version: 1,
                context: context.values.clone(),
                package: Package { name: name.unwrap_or_default(), version: version.unwrap_or_default() },
                source: Vec::new(),
                build: Build::default(),
                requirements: Requirements::default(),
                tests: Vec::new(),
                about: About::default(),
                extra: serde_json::Map::new(),
                staging_caches: Vec::new(),
                inherits_from: None,
            },
            skip: true,
            accessed,
            context_shadows: context.shadows.clone(),
            free_specs: BTreeSet::new(),
            staging: None,
            build_string: None,
            span: output.span,
        }
    }

    pub(super) fn multi_requirements(&mut self, recipe: &MultiOutput) -> EvaluatedRequirements {
        let mut requirements = EvaluatedRequirements::default();
        self.context(&recipe.context, true);
        if self.errors.has_errors() || self.skip(&recipe.build) {
            return requirements;
        }
        for output in &recipe.outputs {
            let own = match output {
                Output::Staging(staging) => &staging.requirements,
                Output::Package(package) if self.skip(&package.build) => continue,
                Output::Package(package) => &package.requirements,
            };
            let (build, host) = self.build_and_host(own, &mut requirements.free_specs);
            requirements.dependencies.extend(build);
            requirements.dependencies.extend(host);
        }
        requirements
    }
}
