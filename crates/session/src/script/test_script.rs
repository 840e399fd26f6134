//! Scripts of tests, which follow the rules of build scripts.

use std::path::Path;

use sidewinder_recipe::stage1::{Content, Script};

use super::recipe_file;
use super::sections::{Body, ScriptSource, Section, Sections, sections};
use super::shell::Shell;
use crate::error::{Error, Result};

/// Name of the interpreter and text of a script, with the text of its file if it names one. Without a text there is
/// nothing to run: unlike a build, a test has no default script.
///
/// # Errors
/// [`Error::Script`] for an unknown interpreter or a script file that does not exist, [`Error::Io`].
pub(crate) fn resolve_script(
    script: &Script,
    recipe_dir: Option<&Path>,
    shell: Shell,
) -> Result<(Option<String>, Option<Content>)> {
    if let Script::Object(object) = script
        && object.file.is_none()
        && object.content.is_none()
    {
        return Ok((object.interpreter.clone(), None));
    }
    let Some(recipe_dir) = recipe_dir else { return without_files(script) };
    match sections(ScriptSource { script: Some(script), steps: None }, recipe_dir, shell)? {
        Sections::Single(Some(section)) => resolved(section),
        _ => Ok((None, None)),
    }
}

fn resolved(section: Section) -> Result<(Option<String>, Option<Content>)> {
    let content = match section.body {
        Body::Text(text) => Content::Text(text),
        Body::Commands(commands) => Content::Commands(commands),
        Body::File(path) => Content::Text(recipe_file::read(&path)?),
    };
    Ok((section.interpreter.map(|interpreter| interpreter.name), Some(content)))
}

/// The script of a recipe that was not read from a file.
fn without_files(script: &Script) -> Result<(Option<String>, Option<Content>)> {
    match script {
        Script::CommandOrPath(line) => Ok((None, Some(Content::Text(line.clone())))),
        Script::Commands(commands) => Ok((None, Some(Content::Commands(commands.clone())))),
        Script::Object(object) => match &object.file {
            None => Ok((object.interpreter.clone(), object.content.clone())),
            Some(file) => {
                Err(Error::Script { reason: format!("script file `{file}` not found: the recipe has no folder") })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_test_may_name_a_file() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("check.py"), "import x\n").unwrap();
        let resolve = |script: &str, recipe_dir| {
            resolve_script(&serde_json::from_str(script).unwrap(), recipe_dir, Shell::Bash).unwrap()
        };
        let text = |text: &str| Some(Content::Text(text.to_owned()));
        assert_eq!(resolve(r#""check.py""#, Some(dir.path())), (Some("python".into()), text("import x\n")));
        assert_eq!(resolve(r#""check.py""#, None), (None, text("check.py")));
        assert_eq!(resolve(r#"{"env": {"A": "1"}}"#, Some(dir.path())), (None, None));
    }
}
