//! Zip keys and the cartesian product: from used keys to combinations.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::zip_keys::BrokenGroup;
use super::{VariantConfig, VariantValue};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Combination;

/// How many combinations one recipe may have, so that a small file cannot ask for endless work.
pub const MAX_COMBINATIONS: usize = 10_000;

/// The values that keys may take: those of a configuration, and defaults for keys that it does not have.
pub(crate) struct Choices<'v> {
    variants: &'v VariantConfig,
    defaults: Vec<(&'static str, [VariantValue; 1])>,
}

impl VariantConfig {
    /// All combinations of the values of all keys, in their order: by the text of keys and values. Keys without values
    /// count as absent. At least one combination comes back, if only an empty one.
    ///
    /// # Errors
    /// `invalid-zip-keys`; `limit-exceeded` beyond [`MAX_COMBINATIONS`].
    pub fn combinations(&self) -> Result<Vec<Combination>, Diagnostic> {
        Choices::new(self).combinations(&self.values.keys().cloned().collect())
    }

    /// The values of a key in normal form; `None` where it has none.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[VariantValue]> {
        self.values.get(key).map(Vec::as_slice).filter(|values| !values.is_empty())
    }
}

impl<'v> Choices<'v> {
    pub(crate) fn new(variants: &'v VariantConfig) -> Self {
        Self { variants, defaults: Vec::new() }
    }

    /// Gives a key that has no values one.
    pub(crate) fn with_default(mut self, key: &'static str, value: &str) -> Self {
        if self.get(key).is_none() {
            self.defaults.push((key, [VariantValue::String(value.to_owned())]));
        }
        self
    }

    /// The values of a key in normal form; `None` where it has none.
    pub(crate) fn get(&self, key: &str) -> Option<&[VariantValue]> {
        let default = || self.defaults.iter().find(|(name, _)| *name == key).map(|(_, values)| values.as_slice());
        self.variants.get(key).or_else(default)
    }

    /// All combinations of the values of the given keys (in normal form).
    ///
    /// # Errors
    /// `invalid-zip-keys`, whether the groups are used or not; `limit-exceeded`.
    pub(crate) fn combinations(&self, used: &BTreeSet<String>) -> Result<Vec<Combination>, Diagnostic> {
        self.check_zip_keys()?;
        let used: Vec<(&str, &[VariantValue])> =
            used.iter().filter_map(|key| Some((key.as_str(), self.get(key)?))).collect();
        let factors = self.factors(&used);
        let count = factors.iter().try_fold(1usize, |count, rows| count.checked_mul(rows.len()));
        if count.is_none_or(|count| count > MAX_COMBINATIONS) {
            return Err(too_many());
        }
        let mut combinations = vec![IndexMap::new()];
        for rows in &factors {
            combinations = product(&combinations, rows);
        }
        Ok(ordered(combinations))
    }

    /// Checks the groups of zip keys, whether they are used or not.
    ///
    /// # Errors
    /// `invalid-zip-keys` for the first group with fewer than two keys, or whose keys have different numbers of values.
    pub(crate) fn check_zip_keys(&self) -> Result<(), Diagnostic> {
        let values = |key: &str| self.get(key).map(<[_]>::len);
        match self.variants.zip_keys.iter().find_map(|group| BrokenGroup::of(group, values)) {
            Some(broken) => Err(broken.diagnostic()),
            None => Ok(()),
        }
    }

    /// One list of rows for each used group, and for each used key outside of groups.
    fn factors<'c>(&self, used: &[(&'c str, &'c [VariantValue])]) -> Vec<Vec<Row<'c>>> {
        let mut factors = Vec::new();
        let mut zipped = BTreeSet::new();
        for group in &self.variants.zip_keys {
            let members: Vec<_> = used.iter().filter(|(key, _)| group.iter().any(|k| k == key)).collect();
            let Some(length) = members.iter().map(|(_, values)| values.len()).min() else { continue };
            zipped.extend(members.iter().map(|(key, _)| *key));
            factors.push(
                (0..length)
                    .map(|index| members.iter().filter_map(|(key, values)| Some((*key, values.get(index)?))).collect())
                    .collect(),
            );
        }
        for (key, values) in used {
            if !zipped.contains(key) {
                factors.push(values.iter().map(|value| vec![(*key, value)]).collect());
            }
        }
        factors
    }
}

type Row<'c> = Vec<(&'c str, &'c VariantValue)>;
type Refs<'c> = IndexMap<&'c str, &'c VariantValue>;

fn product<'c>(combinations: &[Refs<'c>], rows: &[Row<'c>]) -> Vec<Refs<'c>> {
    let mut out = Vec::with_capacity(combinations.len() * rows.len());
    for combination in combinations {
        for row in rows {
            let mut extended = combination.clone();
            extended.extend(row.iter().copied());
            out.push(extended);
        }
    }
    out
}

/// Sorts combinations by the text of their keys and values, and drops those that print the same: `3` and `"3"` are one,
/// the text, which is first.
fn ordered(combinations: Vec<Refs<'_>>) -> Vec<Combination> {
    let mut keyed: Vec<(String, Refs<'_>)> = combinations
        .into_iter()
        .map(|mut combination| {
            combination.sort_unstable_keys();
            (order_text(&combination), combination)
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut out = Vec::with_capacity(keyed.len());
    let mut seen = BTreeSet::new();
    for (_, combination) in keyed {
        let owned: Combination = combination.into_iter().map(|(k, v)| (k.to_owned(), v.clone())).collect();
        if seen.insert(printed_text(&owned)) {
            out.push(owned);
        }
    }
    out
}

fn order_text(combination: &Refs<'_>) -> String {
    let mut text = String::from("{");
    for (index, (key, value)) in combination.iter().enumerate() {
        text.push_str(if index > 0 { ", NormalizedKey(\"" } else { "NormalizedKey(\"" });
        text.push_str(key);
        text.push_str("\"): ");
        value.write_order_text(&mut text);
    }
    text.push('}');
    text
}

/// Keys and printed values, for telling whether two combinations are the same.
pub(crate) fn printed_text(combination: &Combination) -> String {
    let mut entries: Vec<(&String, String)> = combination.iter().map(|(k, v)| (k, v.printed())).collect();
    entries.sort();
    let mut text = String::new();
    for (key, value) in entries {
        text.push_str(key);
        text.push('\0');
        text.push_str(&value);
        text.push('\0');
    }
    text
}

/// The error for more combinations than the limit.
pub(crate) fn too_many() -> Diagnostic {
    Diagnostic::error(
        Code::LimitExceeded,
        format!("too many combinations of the variant keys that the recipe uses (limit {MAX_COMBINATIONS})"),
        None,
    )
    .with_help("use fewer values, or put keys that belong together into `zip_keys`")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;

    fn config(values: &str, zip_keys: &[&[&str]]) -> VariantConfig {
        VariantConfig {
            values: serde_json::from_str(values).unwrap(),
            zip_keys: zip_keys.iter().map(|g| g.iter().map(|&k| k.to_owned()).collect()).collect(),
            ..VariantConfig::default()
        }
    }

    fn shown(config: &VariantConfig, keys: &[&str]) -> Vec<String> {
        let used = keys.iter().map(|&k| k.to_owned()).collect();
        let combinations = Choices::new(config).combinations(&used).unwrap();
        combinations.iter().map(|c| c.values().map(|v| v.printed()).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn combinations_are_ordered_as_text_key_by_key() {
        let config = config(r#"{"python": ["3.9", "3.10", "3.8"], "numpy": [2, 10, "1.9"]}"#, &[]);
        let expected = ["1.9 3.10", "1.9 3.8", "1.9 3.9", "10 3.10", "10 3.8", "10 3.9", "2 3.10", "2 3.8", "2 3.9"];
        assert_eq!(shown(&config, &["python", "numpy"]), expected);
    }

    #[test]
    fn values_that_print_the_same_collapse_to_the_text() {
        let config = config(r#"{"x": [true, 3, "b", 10, "a", false, "3", "10"]}"#, &[]);
        let combinations = config.combinations().unwrap();
        let values: Vec<&VariantValue> = combinations.iter().map(|c| &c["x"]).collect();
        let text = |t: &str| VariantValue::String(t.to_owned());
        let expected =
            [text("10"), text("3"), text("a"), text("b"), VariantValue::Bool(false), VariantValue::Bool(true)];
        assert_eq!(values, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn zipped_keys_are_walked_by_index() {
        let config = config(r#"{"python": ["3.9", "3.10", "3.9"], "numpy": ["1", "2", "3"]}"#, &[&["python", "numpy"]]);
        assert_eq!(shown(&config, &["python", "numpy"]), ["1 3.9", "2 3.10", "3 3.9"]);
        assert_eq!(shown(&config, &["python"]), ["3.10", "3.9"]);
    }

    #[test]
    fn zipped_keys_need_equally_many_values_even_unused() {
        let broken = config(r#"{"a": ["1"], "b": ["1", "2"]}"#, &[&["a", "b"]]);
        assert_eq!(Choices::new(&broken).combinations(&BTreeSet::new()).unwrap_err().code, Code::InvalidZipKeys);
        let missing = config(r#"{"a": ["1"], "b": ["1", "2"]}"#, &[&["a", "b", "c"]]);
        assert_eq!(shown(&missing, &["a", "b"]), ["1 1"]);
        let single = config(r#"{"a": ["1"]}"#, &[&["a"]]);
        assert_eq!(single.combinations().unwrap_err().code, Code::InvalidZipKeys);
    }

    #[test]
    fn a_product_beyond_the_limit_is_refused_before_it_is_built() {
        let values: Vec<String> = (0..1000).map(|n| format!("\"{n}\"")).collect();
        let list = format!("[{}]", values.join(","));
        let config = config(&format!(r#"{{"a": {list}, "b": {list}, "c": {list}}}"#), &[]);
        assert_eq!(config.combinations().unwrap_err().code, Code::LimitExceeded);
    }

    #[test]
    fn no_keys_give_one_empty_combination() {
        assert_eq!(VariantConfig::default().combinations().unwrap(), [Combination::new()]);
    }
}
