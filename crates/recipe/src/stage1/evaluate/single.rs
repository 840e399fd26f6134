//! Evaluates recipes for one package.

use std::collections::BTreeSet;

use super::fields::Evaluation;
use super::{EvaluatedOutput, EvaluatedRequirements};
use crate::stage0::{SingleOutput, literal};
use crate::stage1::{Package, Recipe};

impl Evaluation<'_> {
    pub(super) fn single(&mut self, recipe: &SingleOutput) -> Vec<EvaluatedOutput> {
        let context = self.context(&recipe.context, false);
        if self.errors.has_errors() {
            return Vec::new();
        }
        let skip = self.skip(&recipe.build);
        let name = self.checked(&recipe.package.name, literal::package_name);
        let version = recipe.package.version.as_ref().and_then(|version| self.checked(version, literal::version));
        let build = self.build(&recipe.build);
        let about = self.about(&recipe.about);
        let mut free_specs = BTreeSet::new();
        let requirements = self.requirements(&recipe.requirements, &mut free_specs);
        let extra = self.extra(&recipe.extra);
        let source = self.sources(&recipe.source);
        let tests = self.tests(&recipe.tests);
        let package = Package { name: name.unwrap_or_default(), version: version.unwrap_or_default() };
        let mut accessed = self.scope.take_accessed();
        accessed.extend(context.accessed);
        vec![EvaluatedOutput {
            recipe: Recipe {
                schema_version: 1,
                context: context.values,
                package,
                source,
                build,
                requirements,
                tests,
                about,
                extra,
                staging_caches: Vec::new(),
                inherits_from: None,
            },
            skip,
            accessed,
            context_shadows: context.shadows,
            free_specs,
            staging: None,
            build_string: recipe.build.string.clone(),
            span: recipe.span,
        }]
    }

    pub(super) fn single_requirements(&mut self, recipe: &SingleOutput) -> EvaluatedRequirements {
        let mut requirements = EvaluatedRequirements::default();
        self.context(&recipe.context, false);
        if self.errors.has_errors() {
            return requirements;
        }
        let (build, host) = self.build_and_host(&recipe.requirements, &mut requirements.free_specs);
        requirements.dependencies = build;
        requirements.dependencies.extend(host);
        requirements
    }
}
