//! Which activation script failed, and where: read from what `start.sh` left behind.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::layout::Layout;

/// An activation script that failed, so that the build script did not run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ActivationFailure {
    /// The script: of a package, or `build_env.sh` itself.
    pub script: String,
    /// The line that failed, counted from 1; null when it is not known.
    pub line: Option<u32>,
    /// The package that the script belongs to; null when no installed package has it.
    pub package: Option<String>,
    /// The status that it ended with; 0 when it ended the shell by `exit 0`.
    pub exit_code: i32,
}

/// How an activation went.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ActivationState {
    /// It succeeded, or it never began.
    Done,
    Failed(ActivationFailure),
}

impl ActivationState {
    /// Reads what `start.sh` left in a file; `stderr` is what the run wrote.
    pub(super) fn read(path: &Path, layout: &Layout, stderr: &str) -> Self {
        let Ok(bytes) = std::fs::read(path) else { return Self::Done };
        let text = String::from_utf8_lossy(&bytes);
        let mut fields = text.split('\0');
        let (Some(status), Some(last), Some(before)) = (fields.next(), fields.next(), fields.next()) else {
            return Self::Done;
        };
        let Ok(exit_code) = status.parse() else { return Self::Done };
        let env_script = layout.build_env_script();
        let places = [place(last), place(before)];
        // Behind `return` in an activation script, the line of `build_env.sh` that sourced it is the last one.
        let own = places.iter().flatten().find(|(script, _)| *script != env_script);
        let sourced = places[0].as_ref().filter(|(script, _)| *script == env_script);
        let sourced = sourced.and_then(|(_, line)| sourced_at(&env_script, *line));
        let (script, line) = match (own, sourced) {
            // Nothing of the script ran: it cannot be read, or is not valid bash.
            (own, Some(sourced)) if own.is_none_or(|(script, _)| *script != sourced) => {
                let line = syntax_error(stderr, &sourced);
                (sourced, line)
            }
            // bash reads a script command by command, so the ones before an invalid line have run.
            (Some((script, line)), _) => (script.clone(), syntax_error(stderr, script).or(Some(*line))),
            (None, _) => (env_script.clone(), places[0].as_ref().map(|(_, line)| *line)),
        };
        let package = owner(&script, layout);
        Self::Failed(ActivationFailure { script: script.to_string_lossy().into_owned(), line, package, exit_code })
    }
}

/// The line of the build script that failed last, if that ended it: the error trap of `start.sh` writes it down. What a script
/// does after a failure that it accepts, e.g. `exit 3`, ends it with another status.
pub(super) fn failed_line(state: &Path, build_script: &Path, exit_code: i32) -> Option<u32> {
    let bytes = std::fs::read(state).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut fields = text.strip_prefix("failed\0")?.split('\0');
    let (status, script, line) = (fields.next()?, fields.next()?, fields.next()?);
    let ended = status.parse::<i32>().ok()? == exit_code && Path::new(script) == build_script;
    line.parse().ok().filter(|_| ended)
}

fn place(text: &str) -> Option<(PathBuf, u32)> {
    let (script, line) = text.rsplit_once(':')?;
    Some((PathBuf::from(script), line.parse().ok()?))
}

/// The script that a line of `build_env.sh` sources.
fn sourced_at(env_script: &Path, line: u32) -> Option<PathBuf> {
    let text = std::fs::read_to_string(env_script).ok()?;
    let line = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    // As `env_file` writes it: `. ` and a word, in single quotes where it needs them.
    let word = line.strip_prefix(". ")?.replace(r"'\''", "\u{0}");
    Some(PathBuf::from(word.replace('\'', "").replace('\u{0}', "'")))
}

/// bash says where it stopped to understand a script: `path: line 3: syntax error …`.
fn syntax_error(stderr: &str, script: &Path) -> Option<u32> {
    let start = format!("{}: line ", script.display());
    let messages = stderr.lines().filter_map(|line| line.strip_prefix(&start)?.split_once(": "));
    let errors = messages.filter(|(_, text)| text.starts_with("syntax error") || text.starts_with("unexpected EOF"));
    errors.filter_map(|(number, _)| number.parse().ok()).next_back()
}

/// The installed package that a file belongs to.
fn owner(script: &Path, layout: &Layout) -> Option<String> {
    let prefixes = [&layout.build_prefix, &layout.host_prefix];
    let (prefix, path) = prefixes.iter().find_map(|prefix| Some((prefix, script.strip_prefix(prefix).ok()?)))?;
    let path = path.to_str()?;
    let records = std::fs::read_dir(prefix.join("conda-meta")).ok()?;
    records
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .find_map(|record| {
            let record: serde_json::Value = serde_json::from_slice(&std::fs::read(record).ok()?).ok()?;
            let files = record.get("files")?.as_array()?;
            let has_it = files.iter().any(|file| file.as_str() == Some(path));
            has_it.then(|| record.get("name")?.as_str().map(str::to_owned)).flatten()
        })
}
