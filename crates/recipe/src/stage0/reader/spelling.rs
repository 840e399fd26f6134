//! What to do about an unknown key: the key that was probably meant, or all that there are.

use crate::diagnostic::nearest;

/// Keys of the older recipe format and of earlier versions of this one: place, key, what to write.
const MOVED: &[(&str, &str, &str)] = &[
    ("recipe", "recipe", "write `package` for one package; `recipe` belongs to a recipe with `outputs`"),
    ("recipe with `outputs`", "package", "each output has its own `package`; what they share goes into `recipe`"),
    ("recipe with `outputs`", "requirements", "each output has its own `requirements`"),
    ("recipe with `outputs`", "cache", "write a staging output in `outputs` and `inherit` it"),
    ("recipe", "cache", "write a staging output in `outputs` and `inherit` it"),
    ("recipe", "test", "write `tests`, a list"),
    ("about", "home", "write `homepage`"),
    ("about", "dev_url", "write `repository`"),
    ("about", "doc_url", "write `documentation`"),
    ("about", "license_url", "write `license_file`, or `license` alone"),
    ("requirements", "run_constrained", "write `run_constraints`"),
    ("build", "run_exports", "write `run_exports` in `requirements`"),
    ("build", "ignore_run_exports", "write `ignore_run_exports` in `requirements`"),
    ("build", "ignore_run_exports_from", "write `ignore_run_exports: {from_package: [...]}` in `requirements`"),
    ("build", "entry_points", "write `entry_points` in `python`"),
    ("build", "script_env", "write `script: {env: ...}`"),
    ("build", "missing_dso_whitelist", "write `missing_dso_allowlist` in `dynamic_linking`"),
    ("build", "binary_relocation", "write `binary_relocation` in `dynamic_linking`"),
    ("build", "detect_binary_files_with_prefix", "write `prefix_detection`"),
    ("git source", "git_url", "write `git`"),
    ("git source", "git_rev", "write `rev`"),
    ("git source", "git_depth", "write `depth`"),
    ("url source", "fn", "write `file_name`"),
    ("url source", "folder", "write `target_directory`"),
    ("git source", "folder", "write `target_directory`"),
    ("path source", "folder", "write `target_directory`"),
];

/// What to do about `key`, which is not one of `known`.
pub(super) fn advice(key: &str, place: &str, known: &[&str]) -> String {
    if let Some((.., advice)) = MOVED.iter().find(|(p, k, _)| *p == place && *k == key) {
        return (*advice).to_owned();
    }
    if matches!(key, "if" | "then" | "else") && !known.contains(&"then") && !known.contains(&"if") {
        return "conditions are only allowed as items of lists".to_owned();
    }
    match nearest(key, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "no field is allowed here".to_owned(),
        None => format!("fields here are {}", enumerate(known)),
    }
}

fn enumerate(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_proposed() {
        assert_eq!(advice("nuber", "build", &["number", "string"]), "did you mean `number`?");
        assert_eq!(advice("sorce", "recipe", &["source", "build"]), "did you mean `source`?");
        assert_eq!(advice("hots", "requirements", &["build", "host", "run"]), "did you mean `host`?");
    }

    #[test]
    fn without_a_near_name_all_names_are_listed() {
        assert_eq!(advice("foo", "build", &["number", "string"]), "fields here are `number`, `string`");
        assert_eq!(advice(&"x".repeat(100_000), "build", &["number"]), "fields here are `number`");
    }

    #[test]
    fn conditions_belong_in_lists() {
        assert_eq!(advice("if", "filter", &["include", "exclude"]), "conditions are only allowed as items of lists");
    }

    #[test]
    fn names_of_the_older_format_lead_to_the_new_ones() {
        assert_eq!(advice("dev_url", "about", &["repository"]), "write `repository`");
    }
}
