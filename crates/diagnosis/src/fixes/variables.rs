//! Variables of build scripts that nothing sets.

use std::collections::BTreeSet;

use super::Fix;
use super::script_lines::replace;

/// Variables that every build script can use.
const VARIABLES: &[&str] = &[
    "PREFIX",
    "BUILD_PREFIX",
    "SRC_DIR",
    "RECIPE_DIR",
    "PYTHON",
    "PY_VER",
    "SP_DIR",
    "STDLIB_DIR",
    "CPU_COUNT",
    "PKG_NAME",
    "PKG_VERSION",
    "PKG_BUILDNUM",
    "SHLIB_EXT",
    "HOME",
    "PATH",
    "CC",
    "CXX",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "CONDA_BUILD",
    "target_platform",
    "build_platform",
    "CMAKE_ARGS",
    "CONDA_BUILD_SYSROOT",
    "FC",
    "AR",
    "LD",
    "R",
    "PERL",
    "TMPDIR",
    "PWD",
    "OLDPWD",
    "RANDOM",
    "LINENO",
    "HOSTNAME",
    "SECONDS",
    "IFS",
];

/// Corrections of all variables that nothing sets and whose names are near to one that is set: without `set -u`, bash takes
/// them for empty, and what fails is something else.
pub(super) fn misspelt(script: &str) -> Vec<Fix> {
    let assigned: BTreeSet<&str> = assigned(script).collect();
    let mut names: Vec<&str> = Vec::new();
    for part in script.split('$').skip(1) {
        let rest = part.strip_prefix('{').unwrap_or(part);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let is_set = VARIABLES.contains(&name) || assigned.contains(name);
        // `${NAME:-default}` says that it may be unset.
        let has_default =
            part.starts_with('{') && rest.get(end..).is_some_and(|after| after.starts_with([':', '-', '+']));
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_set && !has_default && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().flat_map(|name| corrected(name, script)).collect()
}

/// Names that the script itself sets.
fn assigned(script: &str) -> impl Iterator<Item = &str> {
    script
        .split(['\n', ';', ' ', '('])
        .filter_map(|word| word.split_once('='))
        .map(|(name, _)| name)
        .chain(loops(script))
}

/// Variables of `for` and `read`.
fn loops(script: &str) -> impl Iterator<Item = &str> {
    script.lines().flat_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let after = |keyword: &str| {
            let at = words.iter().position(|word| *word == keyword)?;
            words.get(at + 1).copied()
        };
        [after("for"), after("read"), words.last().copied().filter(|_| words.contains(&"read"))].into_iter().flatten()
    })
}

/// The nearest variable that is set, as changes of the script.
fn corrected(name: &str, script: &str) -> Vec<Fix> {
    let known = VARIABLES.iter().copied().chain(assigned(script));
    let nearest = known
        .filter(|known| *known != name && !known.is_empty())
        .map(|known| (distance(&name.to_uppercase(), &known.to_uppercase()), known))
        .filter(|(distance, known)| (*distance <= 2 && known.len() > 3) || *distance <= 1)
        .min();
    nearest
        .into_iter()
        .flat_map(|(_, known)| {
            let why = format!("`{name}` is not set, `{known}` is");
            [
                replace(&format!("${{{name}}}"), &format!("${{{known}}}"), &why),
                replace(&format!("${name}"), &format!("${known}"), &why),
            ]
        })
        .filter(|fix| matches!(fix, Fix::Script { find, .. } if script.contains(find)))
        .collect()
}

/// A variable that is misspelt, or that needs a default.
pub(super) fn unbound(name: &str, script: &str) -> Vec<Fix> {
    let mut fixes = corrected(name, script);
    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty() {
        let value = match name {
            "VERSION" | "PROJECT_VERSION" | "PACKAGE_VERSION" | "RELEASE" => "$PKG_VERSION".to_owned(),
            "NAME" | "PROJECT" | "PACKAGE" | "PACKAGE_NAME" => "$PKG_NAME".to_owned(),
            "INSTALL_PREFIX" | "INSTALL_DIR" | "CONDA_PREFIX" | "prefix" => "$PREFIX".to_owned(),
            "JOBS" | "NJOBS" | "NPROC" => "$CPU_COUNT".to_owned(),
            name if name.ends_with("_VERSION") => "$PKG_VERSION".to_owned(),
            _ => format!("${{{name}:-}}"),
        };
        fixes.push(super::flags::variable(name, &value, "the script uses it, and nothing sets it"));
    }
    fixes
}

/// Number of inserted, removed, replaced and exchanged letters between two names.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&previous, column) + usize::from(a != b))
                .min(at(&previous, column + 1) + 1)
                .min(at(&current, column) + 1);
            let is_exchanged =
                row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if is_exchanged {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_edits() {
        assert_eq!(distance("PREFX", "PREFIX"), 1);
        assert_eq!(distance("PERFIX", "PREFIX"), 1);
        assert_eq!(distance("SRC_DIR", "SRC_DIR"), 0);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_unset_variables_are_corrected() {
        let change = |script: &str| match misspelt(script).first() {
            Some(Fix::Script { find, replace, .. }) => Some((find.clone(), replace.clone())),
            _ => None,
        };
        assert_eq!(change("cp a $PREFX/bin"), Some(("$PREFX".to_owned(), "$PREFIX".to_owned())));
        assert_eq!(change("cp a ${prefix}/bin"), Some(("${prefix}".to_owned(), "${PREFIX}".to_owned())));
        for script in
            ["PREFX=1\ncp a $PREFX", "for PREFI in a; do echo $PREFI; done", "echo ${PREFX:-}", "echo $HOME $1 $?"]
        {
            assert_eq!(change(script), None, "{script}");
        }
    }
}
