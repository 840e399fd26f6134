//! Evaluates `requirements`.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::fields::{Evaluation, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::RepodataRevision;
use crate::stage0::{self, Item, List, Value, ValueKind};
use crate::stage1::{Dependency, IgnoreRunExports, Requirements, RunExports};

impl Evaluation<'_> {
    /// All of the section. `free` takes in the names of free specs of `build` and `host`.
    pub(super) fn requirements(
        &mut self,
        requirements: &stage0::Requirements,
        free: &mut BTreeSet<String>,
    ) -> Requirements {
        let (build, host) = self.build_and_host(requirements, free);
        let exports = &requirements.run_exports;
        Requirements {
            build,
            host,
            run: self.dependencies(&requirements.run, None),
            run_constraints: self.dependencies(&requirements.run_constraints, None),
            run_exports: RunExports {
                noarch: self.dependencies(&exports.noarch, None),
                strong: self.dependencies(&exports.strong, None),
                strong_constraints: self.dependencies(&exports.strong_constraints, None),
                weak: self.dependencies(&exports.weak, None),
                weak_constraints: self.dependencies(&exports.weak_constraints, None),
            },
            ignore_run_exports: IgnoreRunExports {
                by_name: self.names(&requirements.ignore_run_exports.by_name),
                from_package: self.names(&requirements.ignore_run_exports.from_package),
            },
            extras: self.extras(requirements),
        }
    }

    /// Only what the discovery of variant keys needs.
    pub(super) fn build_and_host(
        &mut self,
        requirements: &stage0::Requirements,
        free: &mut BTreeSet<String>,
    ) -> (Vec<Dependency>, Vec<Dependency>) {
        (self.dependencies(&requirements.build, Some(free)), self.dependencies(&requirements.host, Some(free)))
    }

    /// A list of dependencies.
    pub(super) fn dependencies(
        &mut self,
        list: &List<Value<stage0::Dependency>>,
        mut free: Option<&mut BTreeSet<String>>,
    ) -> Vec<Dependency> {
        self.list(list, |this, value| {
            let dependency = match &value.kind {
                ValueKind::Literal(dependency) => dependency.clone(),
                ValueKind::Template(template) => {
                    let text = this.render(template)?;
                    let text = text.trim();
                    if text.is_empty() {
                        return None;
                    }
                    if text.starts_with('{') {
                        return this.pin(text, value);
                    }
                    this.spec(text, value)?
                }
            };
            if let (Some(free), Some(name)) = (free.as_deref_mut(), &dependency.free_name) {
                free.insert((**name).to_owned());
            }
            Some(Dependency::Spec((*dependency.spec).to_owned()))
        })
    }

    /// A match spec from a rendered text; the same texts come again for every combination.
    fn spec(&mut self, text: &str, value: &Value<stage0::Dependency>) -> Option<stage0::Dependency> {
        let known = self.caches.specs.borrow().get(text).cloned();
        let parsed = known.unwrap_or_else(|| {
            let parsed = stage0::Dependency::parse(text, self.config.repodata_revision);
            self.caches.specs.borrow_mut().insert(text.to_owned(), parsed.clone());
            parsed
        });
        let parsed = parsed.map_err(|invalid| {
            let problem = invalid.at(value.span);
            if text.contains("{\"pin_") { problem.with_help("make the pin an item of its own") } else { problem }
        });
        self.ok(parsed)
    }

    /// Names of packages; of templates everything but the name is let go.
    fn names(&mut self, list: &List<Text>) -> Vec<String> {
        self.list(list, |this, value| {
            let name = this.value(value, |text| {
                let word = text.split_whitespace().next().unwrap_or_default();
                if word.is_empty() {
                    return Ok(word.into());
                }
                let end = word.find(['=', '<', '>', '!', '~', '[']).unwrap_or(word.len());
                let (name, _) = word.split_at(end);
                let name = name.rsplit_once("::").map_or(name, |(_, name)| name);
                stage0::literal::package_name(name)
            })?;
            Some((*name).to_owned()).filter(|name| !name.is_empty())
        })
    }

    fn extras(&mut self, requirements: &stage0::Requirements) -> IndexMap<String, Vec<Dependency>> {
        let mut extras = IndexMap::new();
        if !requirements.extras.is_empty() && self.config.repodata_revision != RepodataRevision::V3 {
            let first = requirements.extras.iter().find_map(|(_, list)| list.first()).map(|item| match item {
                Item::Value(value) => value.span,
                Item::If(conditional) => conditional.span,
            });
            self.error(
                Diagnostic::error(Code::RequiresV3, "`extras` require repodata revision v3", first)
                    .with_help("allow it: `--repodata-revision v3`, or `repodataRevision: \"v3\"`"),
            );
            return extras;
        }
        for (group, list) in &requirements.extras {
            extras.insert((**group).to_owned(), self.dependencies(list, None));
        }
        extras
    }
}
