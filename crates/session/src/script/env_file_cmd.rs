//! `build_env.bat`: the same as `build_env.sh`, for Windows.

use indexmap::IndexMap;

use super::activation::Activation;
use super::caller::CallerEnvironment;
use super::env_file::{before_border, next_level};
use super::quote::{cmd_text, cmd_text_with_variables};
use super::variables::Variables;

const BORDER: &str = "@SET \"CONDA_BUILD=1\"\r\n";

/// Text of `build_env.bat`.
pub(super) fn cmd(
    variables: &Variables,
    script_env: &IndexMap<String, String>,
    activations: &[Activation],
    caller: &CallerEnvironment,
) -> String {
    let mut text = String::new();
    for (name, value) in variables {
        assign(&mut text, name, &cmd_text(value));
    }
    for (name, value) in script_env {
        assign(&mut text, name, &cmd_text_with_variables(value));
    }
    text.push_str(BORDER);
    text.push_str(&activate_all(activations, caller));
    text
}

/// A text of `build_env.bat` with fresh activations, and further variables before them. `None` where the file no longer
/// has the line between both.
pub(super) fn refresh_cmd(
    text: &str,
    further: &[(&str, String)],
    activations: &[Activation],
    caller: &CallerEnvironment,
) -> Option<String> {
    let mut fresh = before_border(text, BORDER)?.to_owned();
    for (name, value) in further {
        let there = fresh.lines().any(|line| line.starts_with(&format!("@SET \"{name}=")));
        if !there {
            assign(&mut fresh, name, &cmd_text(value));
        }
    }
    fresh.push_str(BORDER);
    fresh.push_str(&activate_all(activations, caller));
    Some(fresh)
}

fn activate_all(activations: &[Activation], caller: &CallerEnvironment) -> String {
    let mut text = String::new();
    let level = next_level(caller);
    for activation in activations {
        text.push_str("\r\n");
        let folders: Vec<_> = activation.path.iter().map(|folder| cmd_text(folder)).collect();
        assign(&mut text, "PATH", &format!("{};%PATH%", folders.join(";")));
        assign(&mut text, "CONDA_SHLVL", &level.to_string());
        let save = |text: &mut String, name: &str| {
            if let Some(old) = caller.get(name) {
                assign(text, &format!("CONDA_ENV_SHLVL_{level}_{name}"), &cmd_text(old));
            }
        };
        save(&mut text, "CONDA_PREFIX");
        assign(&mut text, "CONDA_PREFIX", &cmd_text(&activation.prefix));
        for (name, value) in &activation.variables {
            save(&mut text, name);
            assign(&mut text, name, &cmd_text(value));
        }
        for script in &activation.scripts {
            text.push_str(&format!("@CALL \"{}\"\r\n", cmd_text(script)));
        }
    }
    text
}

fn assign(text: &mut String, name: &str, value: &str) {
    text.push_str(&format!("@SET \"{name}={value}\"\r\n"));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn windows_text() {
        let map = |pairs: &[(&str, &str)]| -> IndexMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let host = Activation {
            prefix: r"C:\b\h_env".into(),
            path: vec![r"C:\b\h_env".into(), r"C:\b\h_env\Scripts".into()],
            variables: map(&[("K", "50%")]),
            scripts: vec![r"C:\b\h_env\etc\conda\activate.d\a.bat".into()],
        };
        let caller: CallerEnvironment = [("K", "old"), ("CONDA_SHLVL", "0")].into_iter().collect();
        let variables = map(&[("A", "100% x"), ("PREFIX", r"C:\b\h_env")]);
        let text = cmd(&variables, &map(&[("B", r"%PREFIX%\x")]), std::slice::from_ref(&host), &caller);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        insta::assert_snapshot!(text.replace("\r\n", "\n"));
        assert_eq!(refresh_cmd(&text, &[("A", "other".into())], &[host], &caller).unwrap(), text);
    }
}
