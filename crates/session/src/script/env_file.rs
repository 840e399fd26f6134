//! `build_env.sh`: everything that a script of the build finds in its environment.

use indexmap::IndexMap;

use super::activation::Activation;
use super::caller::CallerEnvironment;
use super::quote::{bash_inside_double_quotes, bash_word, bash_word_with_variables};
use super::variables::{Variables, is_variable_name};

/// The line between what was fixed when the session was created and what follows from the prefixes.
const BORDER: &str = "export CONDA_BUILD=1\n";

/// Text of `build_env.sh`.
///
/// The variables of `script.env` come after all others, so that they may use them, the one they replace included.
pub(super) fn bash(
    variables: &Variables,
    script_env: &IndexMap<String, String>,
    activations: &[Activation],
    caller: &CallerEnvironment,
) -> String {
    let mut text = String::new();
    for (name, value) in variables {
        export(&mut text, name, &bash_word(value));
    }
    for (name, value) in script_env {
        export(&mut text, name, &bash_word_with_variables(value));
    }
    text.push_str(BORDER);
    text.push_str(&activate_all(activations, caller));
    text
}

/// A text of `build_env.sh` with fresh activations, and further variables before them; edits of the user above the
/// activations stay. `None` where the file no longer has the line between both.
pub(super) fn refresh_bash(
    text: &str,
    further: &[(&str, String)],
    activations: &[Activation],
    caller: &CallerEnvironment,
) -> Option<String> {
    let mut fresh = before_border(text, BORDER)?.to_owned();
    for (name, value) in further {
        let there = fresh.lines().any(|line| line.starts_with(&format!("export {name}=")));
        if !there {
            export(&mut fresh, name, &bash_word(value));
        }
    }
    fresh.push_str(BORDER);
    fresh.push_str(&activate_all(activations, caller));
    Some(fresh)
}

/// The text before the last line of this kind.
pub(super) fn before_border<'a>(text: &'a str, border: &str) -> Option<&'a str> {
    let start = if text.starts_with(border) { 0 } else { text.rfind(&format!("\n{border}"))? + 1 };
    text.get(..start)
}

fn activate_all(activations: &[Activation], caller: &CallerEnvironment) -> String {
    let mut text = String::new();
    for activation in activations {
        text.push('\n');
        activate(&mut text, activation, caller);
    }
    text
}

fn activate(text: &mut String, activation: &Activation, caller: &CallerEnvironment) {
    let level = next_level(caller);
    let folders: Vec<_> = activation.path.iter().map(|folder| bash_inside_double_quotes(folder)).collect();
    export(text, "PATH", &format!("\"{}:${{PATH}}\"", folders.join(":")));
    export(text, "CONDA_SHLVL", &level.to_string());
    let save = |text: &mut String, name: &str| {
        if let Some(old) = caller.get(name) {
            export(text, &format!("CONDA_ENV_SHLVL_{level}_{name}"), &bash_word(old));
        }
    };
    save(text, "CONDA_PREFIX");
    export(text, "CONDA_PREFIX", &bash_word(&activation.prefix));
    for (name, value) in &activation.variables {
        if is_variable_name(name) {
            save(text, name);
            export(text, name, &bash_word(value));
        }
    }
    for script in &activation.scripts {
        text.push_str(". ");
        text.push_str(&bash_word(script));
        text.push('\n');
    }
}

/// How deep environments are nested once this one is active.
pub(super) fn next_level(caller: &CallerEnvironment) -> i64 {
    let level = caller.get("CONDA_SHLVL").and_then(|level| level.trim().parse::<i64>().ok()).unwrap_or(0);
    level.saturating_add(1)
}

fn export(text: &mut String, name: &str, word: &str) {
    text.push_str("export ");
    text.push_str(name);
    text.push('=');
    text.push_str(word);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn map(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn caller(pairs: &[(&str, &str)]) -> CallerEnvironment {
        pairs.iter().copied().collect()
    }

    #[test]
    fn blocks_stand_in_the_order_in_which_they_depend_on_each_other() {
        let host = Activation {
            prefix: "/b/host $x".into(),
            path: vec!["/b/host $x/bin".into()],
            variables: map(&[("FROM_PACKAGE", "a'b"), ("NOT-A-NAME", "x")]),
            scripts: vec!["/b/host $x/etc/conda/activate.d/a.sh".into()],
        };
        let build =
            Activation { prefix: "/b/build".into(), path: vec!["/b/build/bin".into()], ..Activation::default() };
        let caller = caller(&[("CONDA_SHLVL", "1"), ("CONDA_PREFIX", "/opt/conda"), ("FROM_PACKAGE", "old")]);
        let text =
            bash(&map(&[("A", "1 2"), ("PREFIX", "/b/host")]), &map(&[("A", "$A:$PREFIX")]), &[host, build], &caller);
        insta::assert_snapshot!(text, @r#"
        export A='1 2'
        export PREFIX=/b/host
        export A="$A:$PREFIX"
        export CONDA_BUILD=1

        export PATH="/b/host \$x/bin:${PATH}"
        export CONDA_SHLVL=2
        export CONDA_ENV_SHLVL_2_CONDA_PREFIX=/opt/conda
        export CONDA_PREFIX='/b/host $x'
        export CONDA_ENV_SHLVL_2_FROM_PACKAGE=old
        export FROM_PACKAGE='a'\''b'
        . '/b/host $x/etc/conda/activate.d/a.sh'

        export PATH="/b/build/bin:${PATH}"
        export CONDA_SHLVL=2
        export CONDA_ENV_SHLVL_2_CONDA_PREFIX=/opt/conda
        export CONDA_PREFIX=/b/build
        "#);
    }

    #[test]
    fn a_refresh_keeps_what_the_user_wrote_and_adds_what_is_new() {
        let before = "export A=1\nexport MINE=yes\nexport PY_VER=2.7\nexport CONDA_BUILD=1\n\nexport PATH=old\n";
        let activation = Activation { prefix: "/p".into(), path: vec!["/p/bin".into()], ..Activation::default() };
        let further = [("PY_VER", "3.12".to_owned()), ("PY3K", "1".to_owned())];
        let after = refresh_bash(before, &further, &[activation], &caller(&[])).unwrap();
        insta::assert_snapshot!(after, @r#"
        export A=1
        export MINE=yes
        export PY_VER=2.7
        export PY3K=1
        export CONDA_BUILD=1

        export PATH="/p/bin:${PATH}"
        export CONDA_SHLVL=1
        export CONDA_PREFIX=/p
        "#);
        assert_eq!(refresh_bash("export A=1\n", &[], &[], &caller(&[])), None);
    }
}
