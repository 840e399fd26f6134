//! Help for an unknown key: the key that was probably meant, or all known keys.

use crate::diagnostic::nearest;

/// Keys of conda-build's recipe format and of earlier versions of this one: place, key, what to write.
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
    ("recipe", "requirement", "write `requirements`"),
    ("recipe", "app", "the recipe format has no `app` section"),
    ("about", "doc_source_url", "write `documentation`"),
    ("about", "license_family", "remove it: `license` says enough"),
    ("about", "summary_", "write `summary`"),
    ("about", "tags", "the recipe format has no `tags`; put them in `extra`"),
    ("about", "identifiers", "the recipe format has no `identifiers`; put them in `extra`"),
    ("about", "recipe-maintainers", "write `recipe-maintainers` in `extra`"),
    ("requirements", "test", "write `requirements` of a test in `tests`"),
    ("requirements", "tests", "write `requirements` of a test in `tests`"),
    ("build", "rpaths", "write `rpaths` in `dynamic_linking`"),
    ("build", "runpath_whitelist", "write `rpath_allowlist` in `dynamic_linking`"),
    ("build", "rpath_whitelist", "write `rpath_allowlist` in `dynamic_linking`"),
    ("build", "missing_dso_allowlist", "write `missing_dso_allowlist` in `dynamic_linking`"),
    ("build", "overlinking_ignore_patterns", "write `missing_dso_allowlist` in `dynamic_linking`"),
    ("build", "error_overlinking", "write `overlinking_behavior: error` in `dynamic_linking`"),
    ("build", "error_overdepending", "write `overdepending_behavior: error` in `dynamic_linking`"),
    ("build", "force_use_keys", "write `use_keys` in `variant`"),
    ("build", "force_ignore_keys", "write `ignore_keys` in `variant`"),
    ("build", "use_keys", "write `use_keys` in `variant`"),
    ("build", "ignore_keys", "write `ignore_keys` in `variant`"),
    ("build", "track_features", "write `down_prioritize_variant` in `variant`"),
    ("build", "noarch_python", "write `noarch: python`"),
    ("build", "skip_compile_pyc", "write `skip_pyc_compilation` in `python`"),
    ("build", "preserve_egg_dir", "remove it: the recipe format has no such option"),
    ("build", "disable_pip", "remove it: list `pip` in `requirements` where it is needed"),
    ("build", "osx_is_app", "write `use_python_app_entrypoint` in `python`"),
    ("build", "binary_has_prefix_files", "write `force_file_type: {binary: [...]}` in `prefix_detection`"),
    ("build", "has_prefix_files", "write `force_file_type: {text: [...]}` in `prefix_detection`"),
    ("build", "ignore_prefix_files", "write `ignore` in `prefix_detection`"),
    ("build", "no_link", "remove it: packages are linked file by file"),
    ("build", "always_include_file", "write `always_include_files`"),
    ("the script test", "commands", "write `script`"),
    ("the script test", "requires", "write `requirements: {run: [...]}`"),
    ("the script test", "source_files", "write `files: {source: [...]}`"),
    ("the script test", "imports", "make it a test of its own: `- python: {imports: [...]}`"),
    ("test", "commands", "write `script`"),
    ("test", "imports", "write `python: {imports: [...]}`"),
    ("test", "requires", "write `script` with `requirements: {run: [...]}`"),
    ("test", "source_files", "write `script` with `files: {source: [...]}`"),
    ("test", "downstreams", "write `downstream`"),
    ("source", "git_url", "write `git`"),
    ("source", "git_rev", "write `git` and `rev`"),
    ("source", "git_tag", "write `git` and `tag`"),
    ("source", "hg_url", "Mercurial sources are not supported; use `url` or `git`"),
    ("source", "svn_url", "Subversion sources are not supported; use `url` or `git`"),
    ("git source", "git_tag", "write `tag`"),
    ("git source", "git_branch", "write `branch`"),
    ("git source", "git_url", "write `git`"),
    ("url source", "sha1", "write `sha256`"),
    ("url source", "fname", "write `file_name`"),
    ("git source", "git_rev", "write `rev`"),
    ("git source", "git_depth", "write `depth`"),
    ("url source", "fn", "write `file_name`"),
    ("url source", "folder", "write `target_directory`"),
    ("git source", "folder", "write `target_directory`"),
    ("path source", "folder", "write `target_directory`"),
];

/// What to write for `key`, which is not one of `known`.
pub(super) fn advice(key: &str, place: &str, known: &[&str]) -> String {
    if let Some(advice) = moved(key, place) {
        return advice.to_owned();
    }
    if matches!(key, "if" | "then" | "else") && !known.contains(&"then") && !known.contains(&"if") {
        return "put `- ` before `if`: conditions are items of lists".to_owned();
    }
    match nearest(key, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "no field is allowed here".to_owned(),
        None => format!("expected one of {}", enumerate(known)),
    }
}

/// What to write for a key of the older format at this place.
pub(in crate::stage0) fn moved(key: &str, place: &str) -> Option<&'static str> {
    MOVED.iter().find(|(p, k, _)| *p == place && *k == key).map(|(.., advice)| *advice)
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
        assert_eq!(advice("foo", "build", &["number", "string"]), "expected one of `number`, `string`");
        assert_eq!(advice(&"x".repeat(100_000), "build", &["number"]), "expected one of `number`");
    }

    #[test]
    fn conditions_belong_in_lists() {
        assert_eq!(
            advice("if", "filter", &["include", "exclude"]),
            "put `- ` before `if`: conditions are items of lists"
        );
    }

    #[test]
    fn names_of_the_older_format_lead_to_the_new_ones() {
        assert_eq!(advice("dev_url", "about", &["repository"]), "write `repository`");
    }
}
