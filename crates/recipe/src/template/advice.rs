//! What to write instead: names of conda-build and other common mistakes in templates and conditions.

/// What to write for a name that recipes of the older format or scripts use. Such a name is never a variant key, so that
/// it is an error even where no variant files are given.
pub(super) fn old_name(name: &str) -> Option<String> {
    let root = name.split(['.', '[']).next().unwrap_or(name);
    let fixed = match root {
        "PKG_HASH" => "write `hash`",
        "PKG_BUILDNUM" => "write `build_number`, or define the number in `context`",
        "PKG_NAME" => "define `name` in `context` and use it in `package` too",
        "PKG_VERSION" => "define `version` in `context` and use it in `package` too",
        "PKG_BUILD_STRING" => "the build string is set in `build.string`; use `hash` and `build_number` there",
        "CONDA_PY" => "write `python | version_to_buildstring`",
        "CONDA_NPY" => "write `numpy | version_to_buildstring`",
        "CONDA_R" => "write `r_base | version_to_buildstring`",
        "CONDA_PERL" => "write `perl | version_to_buildstring`",
        "py" | "py2k" | "py3k" | "py27" | "py36" | "py37" | "py38" | "py39" | "py310" | "py311" | "py312" | "py313" => {
            "compare the version: `match(python, \">=3.8\")`"
        }
        "np" => "compare the version: `match(numpy, \">=1.26\")`",
        "linux64" => "write `linux and x86_64`",
        "linux32" => "write `linux and x86`",
        "win64" => "write `win and x86_64`",
        "win32" => "write `win and x86`",
        "osx64" => "write `osx and x86_64`",
        "armv6l" | "armv7l" => "compare the platform: `target_platform == \"linux-armv7l\"`",
        "environ" | "os" => "write `env.get(\"NAME\", default=\"\")`",
        "load_setup_py_data" | "load_setuptools" | "load_file_regex" | "load_file_data" | "load_npm" => {
            "read the file with `load_from_file(\"NAME\")`"
        }
        "GIT_DESCRIBE_TAG" => "write `git.latest_tag(source)`",
        "GIT_FULL_HASH" | "GIT_BUILD_STR" | "GIT_DESCRIBE_HASH" => "write `git.head_rev(source)`",
        "GIT_DESCRIBE_NUMBER" => "write `git.latest_tag_rev(source)`, or define the number in `context`",
        "ARCH" | "SUBDIR" => "write `target_platform`",
        "PREFIX"
        | "BUILD_PREFIX"
        | "SRC_DIR"
        | "RECIPE_DIR"
        | "SP_DIR"
        | "STDLIB_DIR"
        | "PYTHON"
        | "PY_VER"
        | "PY3K"
        | "CPU_COUNT"
        | "HOST"
        | "BUILD"
        | "SHLIB_EXT"
        | "LIBRARY_PREFIX"
        | "LIBRARY_BIN"
        | "LIBRARY_INC"
        | "LIBRARY_LIB"
        | "SCRIPTS"
        | "CONDA_PREFIX"
        | "SYS_PREFIX"
        | "SYS_PYTHON"
        | "ROOT"
        | "PKG_CONFIG_PATH"
        | "CMAKE_ARGS"
        | "PIP_NO_BUILD_ISOLATION"
        | "R"
        | "PERL_VER"
        | "NPY_VER"
        | "R_VER"
        | "LUA_VER" => {
            return Some(format!("`{root}` is set while the build runs: use it in the script, as `${root}`"));
        }
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// What to write for a text that does not parse as an expression.
pub(super) fn syntax(text: &str) -> Option<&'static str> {
    let outside = without_strings(text);
    if outside.contains("&&") {
        return Some("write `and` for `&&`");
    }
    if outside.contains("||") {
        return Some("write `or` for `||`");
    }
    if outside.match_indices('!').any(|(at, _)| !outside.get(at + 1..).is_some_and(|rest| rest.starts_with('='))) {
        return Some("write `not` for `!`");
    }
    if outside.contains('&') {
        return Some("write `and` for `&`");
    }
    if outside.contains(';') {
        return Some("write one condition; combine several with `and` and `or`");
    }
    if let Some((filter, _)) = outside.split_once("[").filter(|(before, _)| before.contains('|'))
        && filter.trim_end().ends_with(')')
    {
        return Some("put the filter in parentheses: `(value | split(\".\"))[0]`");
    }
    let count = |c: char| outside.matches(c).count();
    if count('(') != count(')') || count('[') != count(']') {
        return Some("check that every bracket is closed, and closed once");
    }
    let bytes = outside.as_bytes();
    let single = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        bytes.get(at + 1) != Some(&b'=') && !matches!(before, Some(b'=' | b'!' | b'<' | b'>'))
    };
    if outside.match_indices('=').any(|(at, _)| single(at)) {
        return Some("compare with `==`");
    }
    None
}

/// The text with the contents of its string literals blanked out.
fn without_strings(text: &str) -> String {
    let mut quote = None;
    text.chars()
        .map(|c| match quote {
            Some(open) if c == open => {
                quote = None;
                c
            }
            Some(_) => ' ',
            None => {
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
                c
            }
        })
        .collect()
}

/// What to write for a method: values of recipes have none.
pub(super) fn method(name: &str) -> Option<String> {
    let filter = match name {
        "startswith" => return Some("write `value is startingwith(\"…\")`".to_owned()),
        "endswith" => return Some("write `value is endingwith(\"…\")`".to_owned()),
        "strip" => "trim",
        "format" => return Some("join the texts with `~`: `\"a\" ~ value`".to_owned()),
        "split" => {
            return Some(
                "use the filter, in parentheses where an index follows: `(value | split(\".\"))[0]`".to_owned(),
            );
        }
        name if super::filters::FILTERS.contains(&name) => name,
        _ => return None,
    };
    Some(format!("use the filter: `value | {filter}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_of_other_languages_are_translated() {
        for (text, help) in [
            ("a && b", "write `and` for `&&`"),
            ("a || b", "write `or` for `||`"),
            ("!a", "write `not` for `!`"),
            ("a = 'b'", "compare with `==`"),
            ("(a or b) and c)", "check that every bracket is closed, and closed once"),
            ("v | split('.')[0]", "put the filter in parentheses: `(value | split(\".\"))[0]`"),
        ] {
            assert_eq!(syntax(text), Some(help), "{text}");
        }
        for text in ["a != b", "a == '&& !'", "a <= 1", "x is"] {
            assert_eq!(syntax(text), None, "{text}");
        }
    }
}
