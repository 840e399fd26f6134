//! Hash, prefix and default build string of a used variant.

use std::collections::BTreeMap;

use sha1::{Digest, Sha1};

use crate::model::{NoArch, VariantValue, write_json_text};
use crate::variants::normalize_key;

/// The variant keys that take part in a hash, with their values.
pub(super) type UsedVariant = BTreeMap<String, VariantValue>;

/// Sets the value of a key; an existing key keeps its spelling, for `lib-foo` and `lib_foo` are one.
pub(super) fn set_key(used: &mut UsedVariant, key: &str, value: VariantValue) {
    let normal = normalize_key(key);
    let spelled = used.keys().find(|other| normalize_key(other) == normal).cloned();
    used.insert(spelled.unwrap_or_else(|| key.to_owned()), value);
}

/// Seven hex digits of the SHA-1 of a used variant.
pub(super) fn variant_hash(used: &UsedVariant) -> String {
    let digest = Sha1::digest(hash_input(used).as_bytes());
    let mut hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(7);
    hex
}

/// The text that the hash of a variant is made of, which packages contain as `hash_input.json`: one JSON object with keys
/// in their normal form and order, as Python's `json.dumps(sort_keys=True)` writes it, except that text beyond ASCII stays
/// as it is.
#[must_use]
pub fn hash_input(used: &BTreeMap<String, VariantValue>) -> String {
    let mut entries: Vec<_> = used.iter().map(|(key, value)| (normalize_key(key), value)).collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut out = String::from("{");
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_json_text(&key, &mut out);
        out.push_str(": ");
        value.write_json(&mut out);
    }
    out.push('}');
    out
}

/// Keys that show in the build string: key, prefix, how many parts of the version.
const PREFIXES: [(&str, &str, usize); 6] =
    [("numpy", "np", 2), ("python", "py", 2), ("perl", "pl", 3), ("lua", "lua", 2), ("r", "r", 2), ("r_base", "r", 2)];

/// What precedes `h` and the hash in the default build string.
///
/// Values are taken as they are: `>=3.9` gives `py>=39`, as in the reference.
pub(super) fn hash_prefix(used: &UsedVariant, noarch: Option<NoArch>, given: Option<&str>) -> String {
    let mut out = given.map(|given| format!("{given}_")).unwrap_or_default();
    if noarch == Some(NoArch::Python) {
        out.push_str("py");
        return out;
    }
    for (key, prefix, parts) in PREFIXES {
        let value_of = |key: &str| used.iter().find(|(name, _)| normalize_key(name) == key).map(|(_, value)| value);
        let Some(value) = value_of(key).filter(|_| key != "r" || value_of("r_base").is_none()) else { continue };
        out.push_str(prefix);
        out.extend(value.printed().split('.').take(parts));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;

    fn used(json: &str) -> UsedVariant {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn keys_are_hashed_in_their_normal_form_and_order() {
        let variant = used(r#"{"lib-foo": "1.0 h75cb000_0", "lib": 1, "target_platform": "linux-64"}"#);
        let expected = r#"{"lib": 1, "lib_foo": "1.0 h75cb000_0", "target_platform": "linux-64"}"#;
        assert_eq!(hash_input(&variant), expected);
    }

    #[test]
    fn hashes_are_the_references() {
        let vectors = [
            (r#"{}"#, "bf21a9e"),
            (r#"{"target_platform": "linux-64"}"#, "b0f4dca"),
            (r#"{"cnt": 3, "flag": false, "strflag": "yes", "target_platform": "linux-64"}"#, "7175c18"),
            (
                r#"{"b": true, "f": "1.50", "i": 3, "n": "~", "q": "a\"b\\/", "target_platform": "linux-64", "u": "é", "z": ""}"#,
                "c09f238",
            ),
            (
                r#"{"a": [1, "a", null, 1.5, true, "q\"x"], "b": null, "c": 1.0, "target_platform": "linux-64"}"#,
                "54a3465",
            ),
            (
                r#"{"a": [1, "a", null, 1.5, true, "q\"x"], "b": null, "c": 1e22, "target_platform": "linux-64"}"#,
                "78b20db",
            ),
        ];
        for (variant, hash) in vectors {
            assert_eq!(variant_hash(&used(variant)), hash, "{variant}");
        }
    }

    #[test]
    fn prefixes_have_a_fixed_order_and_take_values_as_they_are() {
        let prefix = |json: &str| hash_prefix(&used(json), None, None);
        assert_eq!(prefix(r#"{"lua": "5.4", "perl": "5.32.1", "r-base": "4.3"}"#), "pl5321lua54r43");
        assert_eq!(prefix(r#"{"r": "1.2", "r-base": "4.3"}"#), "r43");
        assert_eq!(prefix(r#"{"python": "3.11.* *_cpython"}"#), "py311");
        assert_eq!(prefix(r#"{"python": "3"}"#), "py3");
        assert_eq!(prefix(r#"{"python": ">=3.9"}"#), "py>=39");
        assert_eq!(prefix(r#"{"python": "3.9|3.10"}"#), "py39|3");
        assert_eq!(prefix(r#"{"numpy": "2.*"}"#), "np2*");
        assert_eq!(prefix(r#"{"numpy": 2, "python": "3.10"}"#), "np2py310");
        assert_eq!(hash_prefix(&used(r#"{"python": "3.9"}"#), None, Some("foo")), "foo_py39");
        assert_eq!(hash_prefix(&used(r#"{"numpy": "1.2"}"#), Some(NoArch::Python), None), "py");
    }
}
