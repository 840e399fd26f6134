//! Variant keys that only evaluation shows: free specs of `build` and `host` that come from templates.

use std::collections::{BTreeSet, HashSet};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Combination;
use crate::stage1::{Evaluated, Evaluator};
use crate::variants::{Choices, MAX_COMBINATIONS, normalize_key, printed_text, too_many};

/// How often new keys may bring new keys.
const ROUNDS: usize = 10;

/// Extends combinations by the keys that their `build` and `host` requirements turn out to name. Those that need
/// nothing more come first, round by round. Zip keys play no part here, as in the reference.
///
/// The key of a combination shows in its evaluation, so what comes back is already evaluated. Requirements that do not
/// evaluate name nothing.
pub(super) fn discover(
    evaluator: &Evaluator<'_>,
    choices: &Choices<'_>,
    combinations: Vec<Combination>,
) -> Result<(Vec<Combination>, Vec<Evaluation>), Diagnostic> {
    let mut done = Vec::with_capacity(combinations.len());
    let mut open = combinations;
    for _ in 0..ROUNDS {
        let mut next = Vec::new();
        for combination in open {
            let evaluated = evaluator.evaluate(&combination);
            let keys = match &evaluated {
                Ok(evaluated) => new_keys(&evaluated.free_specs, choices, &combination),
                // Requirements may evaluate where something else does not.
                Err(_) => evaluator
                    .requirements(&combination)
                    .map(|requirements| new_keys(&requirements.free_specs, choices, &combination))
                    .unwrap_or_default(),
            };
            if keys.is_empty() {
                done.push((combination, evaluated));
            } else {
                next.extend(extended(combination, &keys, choices, done.len() + next.len())?);
            }
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    done.extend(open.into_iter().map(|combination| {
        let evaluated = evaluator.evaluate(&combination);
        (combination, evaluated)
    }));
    if done.len() > 1 {
        let mut seen = HashSet::new();
        done.retain(|(combination, _)| seen.insert(printed_text(combination)));
    }
    Ok(done.into_iter().unzip())
}

/// What a combination evaluates to.
pub(super) type Evaluation = Result<Evaluated, Diagnostics>;

fn new_keys(free_specs: &BTreeSet<String>, choices: &Choices<'_>, combination: &Combination) -> BTreeSet<String> {
    free_specs
        .iter()
        .map(|name| normalize_key(name).into_owned())
        .filter(|key| !combination.contains_key(key) && choices.get(key).is_some())
        .collect()
}

fn extended(
    combination: Combination,
    keys: &BTreeSet<String>,
    choices: &Choices<'_>,
    others: usize,
) -> Result<Vec<Combination>, Diagnostic> {
    let mut out = vec![combination];
    for key in keys {
        let values = choices.get(key).unwrap_or_default();
        if out.len().saturating_mul(values.len()).saturating_add(others) > MAX_COMBINATIONS {
            return Err(too_many());
        }
        out = out
            .iter()
            .flat_map(|combination| {
                values.iter().map(|value| {
                    let mut with = combination.clone();
                    with.insert(key.clone(), value.clone());
                    with
                })
            })
            .collect();
    }
    Ok(out)
}
