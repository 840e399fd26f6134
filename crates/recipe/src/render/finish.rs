//! From evaluated outputs to rendered variants: order, exact pins, hash and build string.

use std::collections::{BTreeMap, BTreeSet};

use super::hash::{UsedVariant, hash_prefix, set_key, variant_hash};
use super::order::{Index, Ordered, exact_pins, pins};
use super::{PinnedSubpackage, RenderConfig, RenderedVariant, Subpackage};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::model::{Combination, VariantValue};
use crate::stage1::{BuildStringInput, EvaluatedOutput, Recipe, render_build_string};
use crate::template::Platforms;
use crate::variants::normalize_key;

/// One output of one combination, before pins and hash.
pub(super) struct Candidate<'c> {
    /// What it evaluates to.
    pub(super) output: EvaluatedOutput,
    /// The whole combination.
    pub(super) combination: &'c Combination,
    /// What it uses of it, without pins.
    pub(super) used: UsedVariant,
}

/// Orders outputs, resolves exact pins between them, and gives each its hash and build string.
pub(super) fn finish(
    candidates: Vec<Candidate<'_>>,
    config: &RenderConfig,
) -> Result<Vec<RenderedVariant>, Diagnostics> {
    let ordered: Vec<Ordered<'_>> = candidates.iter().map(|c| Ordered::new(&c.output, c.combination)).collect();
    let index = Index::new(&ordered);
    let mut problems = Diagnostics::default();
    let circle = index.circle();
    if !circle.is_empty() {
        problems.push(cycle(&circle, &candidates));
        return Err(problems);
    }
    let order = index.order();
    let mut built = Built(vec![None; candidates.len()]);
    let mut slots: Vec<Option<Candidate<'_>>> = candidates.into_iter().map(Some).collect();
    let mut finished = Vec::with_capacity(order.len());
    for at in order.iter().copied() {
        let Some(candidate) = slots.get_mut(at).and_then(Option::take) else { continue };
        let combination = candidate.combination;
        match finish_one(candidate, &index, &built, config) {
            Ok(variant) => {
                let subpackage =
                    Subpackage { version: variant.version.clone(), build_string: variant.build_string.clone() };
                if let Some(slot) = built.0.get_mut(at) {
                    *slot = Some((finished.len(), subpackage));
                }
                finished.push((at, combination, variant));
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let names = Names { index: &index, ordered: &ordered, position: positions(&order) };
    Ok(finished
        .into_iter()
        .map(|(at, combination, variant)| RenderedVariant {
            subpackages: names.subpackages(at, combination, &built, &variant.recipe),
            needs: names.needs(at),
            ..variant
        })
        .collect())
}

/// What is known of finished outputs: their place in the order, version and build string.
struct Built(Vec<Option<(usize, Subpackage)>>);

impl Built {
    fn get(&self, at: usize) -> Option<&Subpackage> {
        self.0.get(at)?.as_ref().map(|(_, subpackage)| subpackage)
    }

    /// What a pin on a name means, seen from a combination.
    fn find(&self, index: &Index<'_, '_>, name: &str, combination: &Combination) -> Option<&Subpackage> {
        let position = |at: usize| self.0.get(at)?.as_ref().map(|(position, _)| *position);
        self.get(index.representative_at(name, combination, position)?)
    }
}

fn finish_one(
    candidate: Candidate<'_>,
    index: &Index<'_, '_>,
    built: &Built,
    config: &RenderConfig,
) -> Result<RenderedVariant, Diagnostics> {
    let Candidate { output, combination, used: mut variant } = candidate;
    let span = output.span;
    let mut recipe = output.recipe;
    let mut problems = Diagnostics::default();
    let mut pin_subpackages = BTreeMap::new();
    let pinned: BTreeSet<String> = exact_pins(&recipe.requirements).map(str::to_lowercase).collect();
    for name in pinned {
        if name == recipe.package.name.to_lowercase() {
            let version = recipe.package.version.clone();
            pin_subpackages.insert(name.clone(), PinnedSubpackage { name, version, build_string: None, exact: true });
            continue;
        }
        let other = built.find(index, &name, combination);
        let Some(Subpackage { version, build_string }) = other.cloned() else {
            // If the output exists but failed, its own error is enough.
            if !index.has(&name) {
                problems.push(missing_output(&name, span));
            }
            continue;
        };
        set_key(&mut variant, &name, VariantValue::String(format!("{version} {build_string}")));
        let build_string = Some(build_string);
        pin_subpackages.insert(name.clone(), PinnedSubpackage { name, version, build_string, exact: true });
    }
    if config.build_number_override.is_some() {
        recipe.build.number = config.build_number_override;
    }
    let build_number = recipe.build.number.unwrap_or(0);
    let hash = variant_hash(&variant);
    let prefix = hash_prefix(&variant, recipe.build.noarch, config.build_string_prefix.as_deref());
    let default_string = format!("{prefix}h{hash}_{build_number}");
    let build_string = match &output.build_string {
        None => default_string,
        Some(string) => {
            let visible = normalized(&variant);
            let context = &recipe.context;
            let input = BuildStringInput { variant: &visible, context, hash: &hash, build_number, config };
            render_build_string(string, &input).unwrap_or_else(|diagnostic| {
                problems.push(diagnostic);
                default_string
            })
        }
    };
    if problems.has_errors() {
        return Err(problems);
    }
    recipe.build.string = Some(build_string.clone());
    let noarch = recipe.build.noarch;
    let platforms = Platforms::new(config, combination);
    let target_platform = platforms.target.into_owned();
    Ok(RenderedVariant {
        name: recipe.package.name.clone(),
        version: recipe.package.version.clone(),
        build_string,
        build_number,
        hash,
        hash_prefix: prefix,
        noarch,
        subdir: if noarch.is_some() { "noarch".to_owned() } else { target_platform.clone() },
        host_platform: platforms.host.into_owned(),
        build_platform: platforms.build.into_owned(),
        target_platform,
        skip: output.skip,
        variant,
        pin_subpackages,
        subpackages: BTreeMap::new(),
        recipe,
        recipe_path: None,
        needs: Vec::new(),
        experimental: config.experimental,
    })
}

fn normalized(variant: &UsedVariant) -> UsedVariant {
    variant.iter().map(|(key, value)| (normalize_key(key).into_owned(), value.clone())).collect()
}

fn missing_output(name: &str, span: Span) -> Diagnostic {
    let message = format!("'{name}' is pinned exactly, but the recipe has no output of that name to build");
    Diagnostic::error(Code::MissingOutput, message, span)
        .with_help("Only outputs of the same recipe that are not skipped can be pinned with exact=True")
}

fn cycle(names: &BTreeSet<&str>, candidates: &[Candidate<'_>]) -> Diagnostic {
    let list = names.iter().copied().collect::<Vec<_>>().join(", ");
    let message = format!("The outputs need each other to be built: {list}");
    let mut out = Diagnostic::error(Code::OutputCycle, message, None)
        .with_help("An output must be built before those that pin it with pin_subpackage() or build with it");
    let mut seen = BTreeSet::new();
    for candidate in candidates {
        let name = candidate.output.recipe.package.name.to_lowercase();
        if names.contains(name.as_str()) && seen.insert(name.clone()) {
            match out.span {
                None => out.span = Some(candidate.output.span),
                Some(_) => out = out.with_related(format!("'{name}' is also part of the cycle"), candidate.output.span),
            }
        }
    }
    out
}

fn positions(order: &[usize]) -> Vec<usize> {
    let mut positions = vec![0; order.len()];
    for (position, at) in order.iter().enumerate() {
        if let Some(slot) = positions.get_mut(*at) {
            *slot = position;
        }
    }
    positions
}

/// What outputs know of each other.
struct Names<'i, 'o, 'r> {
    index: &'i Index<'o, 'r>,
    ordered: &'i [Ordered<'r>],
    position: Vec<usize>,
}

impl Names<'_, '_, '_> {
    /// Version and build string of an output and of those that it pins, or that its staging outputs pin.
    ///
    /// Not of all outputs: a recipe with many would repeat them all in each.
    fn subpackages(
        &self,
        at: usize,
        combination: &Combination,
        built: &Built,
        recipe: &Recipe,
    ) -> BTreeMap<String, Subpackage> {
        let own = self.ordered.get(at).map(|output| output.name.clone());
        let staging = recipe.staging_caches.iter().flat_map(|staging| pins(&staging.requirements));
        let pinned = pins(&recipe.requirements).chain(staging).map(|pin| pin.name.to_lowercase());
        let names: BTreeSet<String> = own.iter().cloned().chain(pinned).collect();
        names
            .into_iter()
            .filter_map(|name| {
                let own = own.as_ref().filter(|own| **own == name).and_then(|_| built.get(at));
                let found = own.or_else(|| built.find(self.index, &name, combination))?.clone();
                Some((name, found))
            })
            .collect()
    }

    /// Names of the outputs that come before one, directly or through others, in build order.
    fn needs(&self, at: usize) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![at];
        while let Some(output) = open.pop().and_then(|at| self.ordered.get(at)) {
            for name in &output.before {
                if let Some(other) = self.index.representative(name, output.combination)
                    && found.insert((self.position.get(other).copied().unwrap_or(0), other))
                {
                    open.push(other);
                }
            }
        }
        let mut seen = BTreeSet::new();
        let written = found.iter().filter_map(|(_, other)| self.ordered.get(*other)).map(|output| &output.written);
        written.filter(|name| seen.insert(name.as_str())).cloned().collect()
    }
}
