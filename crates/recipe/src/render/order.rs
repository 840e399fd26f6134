//! Which output comes first: dependencies between the outputs of a recipe, cycles, the order of building.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Combination, Pin};
use crate::stage1::{Dependency, EvaluatedOutput, Requirements};

/// One output of one combination, as the order sees it.
#[derive(Debug)]
pub(super) struct Ordered<'r> {
    /// Name in lower case.
    pub(super) name: String,
    /// Name as written.
    pub(super) written: String,
    /// The whole combination.
    pub(super) combination: &'r Combination,
    /// Names of outputs that come before, in lower case; never its own.
    pub(super) before: BTreeSet<String>,
}

impl<'r> Ordered<'r> {
    pub(super) fn new(output: &EvaluatedOutput, combination: &'r Combination) -> Self {
        let written = output.recipe.package.name.clone();
        let name = written.to_lowercase();
        let mut before = needed_names(&output.recipe.requirements);
        before.remove(&name);
        Self { name, written, combination, before }
    }
}

/// Names of all `build` and `host` dependencies, and of outputs that `run` and run exports pin. A constraint needs the
/// other output only where the pin is exact.
fn needed_names(requirements: &Requirements) -> BTreeSet<String> {
    let environments = requirements.build.iter().chain(&requirements.host).map(Dependency::name);
    let pins = requirements.run.iter().chain(run_exports(requirements)).filter_map(|dependency| match dependency {
        Dependency::PinSubpackage(pin) => Some(pin.pin_subpackage.name.as_str()),
        _ => None,
    });
    environments.chain(pins).chain(exact_pins(requirements)).map(str::to_lowercase).collect()
}

/// All dependencies of `run_exports`.
pub(super) fn run_exports(requirements: &Requirements) -> impl Iterator<Item = &Dependency> {
    let exports = &requirements.run_exports;
    exports
        .noarch
        .iter()
        .chain(&exports.strong)
        .chain(&exports.strong_constraints)
        .chain(&exports.weak)
        .chain(&exports.weak_constraints)
}

/// Names of exact `pin_subpackage`s in all lists of `requirements`.
pub(super) fn exact_pins(requirements: &Requirements) -> impl Iterator<Item = &str> {
    pins(requirements).filter(|pin| pin.exact).map(|pin| pin.name.as_str())
}

/// All `pin_subpackage`s of `requirements`.
pub(super) fn pins(requirements: &Requirements) -> impl Iterator<Item = &Pin> {
    requirements
        .build
        .iter()
        .chain(&requirements.host)
        .chain(&requirements.run)
        .chain(&requirements.run_constraints)
        .chain(requirements.extras.values().flatten())
        .chain(run_exports(requirements))
        .filter_map(|dependency| match dependency {
            Dependency::PinSubpackage(pin) => Some(&pin.pin_subpackage),
            _ => None,
        })
}

/// Finds outputs by name.
pub(super) struct Index<'o, 'r> {
    outputs: &'o [Ordered<'r>],
    by_name: HashMap<&'o str, Named>,
    /// Whether all combinations have the same keys: then an output shares most with those of its own combination.
    uniform: bool,
}

/// The outputs of one name.
#[derive(Default)]
struct Named {
    all: Vec<usize>,
    /// By the combination they belong to.
    by_combination: HashMap<*const Combination, Vec<usize>>,
}

impl<'o, 'r> Index<'o, 'r> {
    pub(super) fn new(outputs: &'o [Ordered<'r>]) -> Self {
        let mut by_name: HashMap<&str, Named> = HashMap::new();
        for (index, output) in outputs.iter().enumerate() {
            let named = by_name.entry(&output.name).or_default();
            named.all.push(index);
            named.by_combination.entry(std::ptr::from_ref(output.combination)).or_default().push(index);
        }
        let first = outputs.first().map(|output| output.combination);
        let same_keys =
            |c: &Combination| first.is_some_and(|f| f.len() == c.len() && f.keys().all(|k| c.contains_key(k)));
        let uniform = outputs.iter().all(|output| same_keys(output.combination));
        Self { outputs, by_name, uniform }
    }

    /// The outputs of a name among which the one is that shares most values with a combination.
    fn candidates(&self, name: &str, combination: &Combination) -> &[usize] {
        let Some(named) = self.by_name.get(name) else { return &[] };
        let own = named.by_combination.get(&std::ptr::from_ref(combination)).filter(|_| self.uniform);
        own.unwrap_or(&named.all)
    }

    /// Whether there is an output of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The output of this name whose combination shares most values with `combination`; the last one of several.
    pub(super) fn representative(&self, name: &str, combination: &Combination) -> Option<usize> {
        self.representative_at(name, combination, Some)
    }

    /// As [`Index::representative`], of the outputs that have a position; of several the one with the last position.
    pub(super) fn representative_at(
        &self,
        name: &str,
        combination: &Combination,
        position: impl Fn(usize) -> Option<usize>,
    ) -> Option<usize> {
        let placed = |candidates: &[usize]| -> Vec<(usize, usize)> {
            candidates.iter().filter_map(|index| Some((position(*index)?, *index))).collect()
        };
        let mut candidates = placed(self.candidates(name, combination));
        if candidates.is_empty() {
            candidates = placed(&self.by_name.get(name)?.all);
        }
        if let [(_, only)] = candidates.as_slice() {
            return Some(*only);
        }
        let best = candidates.into_iter().max_by_key(|(at, index)| (self.shared(*index, combination), *at));
        best.map(|(_, index)| index)
    }

    /// How many values a combination shares with that of an output.
    fn shared(&self, index: usize, combination: &Combination) -> usize {
        let Some(other) = self.outputs.get(index).map(|output| output.combination) else { return 0 };
        combination.iter().filter(|(key, value)| other.get(*key) == Some(*value)).count()
    }

    /// Names of outputs that need each other in a circle, sorted; none where all can be built.
    pub(super) fn circle(&self) -> BTreeSet<&'o str> {
        let mut edges: BTreeMap<&'o str, BTreeSet<&'o str>> = BTreeMap::new();
        for output in self.outputs {
            let before = edges.entry(&output.name).or_default();
            before.extend(output.before.iter().map(String::as_str).filter(|name| self.by_name.contains_key(name)));
        }
        // What has nothing before it can be built, what nothing needs is in no circle: both go, the circles stay.
        loop {
            let count = edges.len();
            let names: BTreeSet<&str> = edges.keys().copied().collect();
            edges.retain(|_, before| before.iter().any(|name| names.contains(name)));
            let needed: BTreeSet<&str> = edges.values().flatten().copied().collect();
            edges.retain(|name, _| needed.contains(name));
            if edges.len() == count {
                break;
            }
        }
        edges.into_keys().collect()
    }

    /// The order of building: as often as needed, walks all outputs as they are and takes those whose dependencies are
    /// taken.
    pub(super) fn order(&self) -> Vec<usize> {
        let before: Vec<Vec<usize>> = self
            .outputs
            .iter()
            .map(|output| {
                output.before.iter().filter_map(|name| self.representative(name, output.combination)).collect()
            })
            .collect();
        let mut taken = vec![false; self.outputs.len()];
        let mut order = Vec::with_capacity(self.outputs.len());
        loop {
            let count = order.len();
            for (index, before) in before.iter().enumerate() {
                let ready = before.iter().all(|other| taken.get(*other).copied().unwrap_or(true));
                if let Some(slot) = taken.get_mut(index).filter(|taken| ready && !**taken) {
                    *slot = true;
                    order.push(index);
                }
            }
            if order.len() == count {
                break;
            }
        }
        // Nothing is left over where there is no circle.
        order.extend((0..taken.len()).filter(|index| taken.get(*index) == Some(&false)));
        order
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;
    use crate::model::VariantValue;

    /// `app<lib,zlib@1`: the output `app` that needs `lib` and `zlib`, of the combination `{v: 1}`.
    fn outputs<'r>(notation: &str, combinations: &'r [Combination]) -> Vec<Ordered<'r>> {
        notation
            .split_whitespace()
            .map(|item| {
                let (rest, at) = item.split_once('@').unwrap_or((item, "0"));
                let (name, before) = rest.split_once('<').unwrap_or((rest, ""));
                let before = before.split(',').filter(|b| !b.is_empty()).map(str::to_owned).collect();
                let combination = &combinations[at.parse::<usize>().unwrap()];
                Ordered { name: name.to_owned(), written: name.to_owned(), combination, before }
            })
            .collect()
    }

    fn combinations(count: i64) -> Vec<Combination> {
        (0..count).map(|n| [("v".to_owned(), VariantValue::Integer(n))].into_iter().collect()).collect()
    }

    fn ordered(notation: &str) -> String {
        let combinations = combinations(3);
        let outputs = outputs(notation, &combinations);
        let index = Index::new(&outputs);
        let items: Vec<&str> = notation.split_whitespace().collect();
        index.order().into_iter().map(|i| items[i]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_order_is_stable_but_for_dependencies() {
        assert_eq!(ordered("app<lib lib"), "lib app<lib");
        assert_eq!(ordered("a b c"), "a b c");
        assert_eq!(ordered("app<lib@0 lib@0 app<lib@1 lib@1"), "lib@0 lib@1 app<lib@0 app<lib@1");
        assert_eq!(ordered("c<b b<a a"), "a b<a c<b");
        assert_eq!(ordered("a<elsewhere b"), "a<elsewhere b");
    }

    #[test]
    fn a_name_stands_for_the_output_that_shares_most_values() {
        let combinations = combinations(2);
        let outputs = outputs("lib@0 lib@1 lib@1", &combinations);
        let index = Index::new(&outputs);
        assert_eq!(index.representative("lib", &combinations[0]), Some(0));
        assert_eq!(index.representative("lib", &combinations[1]), Some(2));
        assert_eq!(index.representative("other", &combinations[1]), None);
    }

    #[test]
    fn only_members_of_a_circle_are_named() {
        let combinations = combinations(1);
        let outputs = outputs("d<b a<b b<c c<b e<f f", &combinations);
        assert_eq!(Index::new(&outputs).circle(), BTreeSet::from(["b", "c"]));
        assert!(Index::new(&outputs[4..]).circle().is_empty());
    }
}
