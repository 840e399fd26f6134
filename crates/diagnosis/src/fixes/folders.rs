//! Folders that must exist before something is written into them.

use super::Fix;
use super::flags::command;
use crate::finding::{Finding, FindingKind};

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let text = finding.evidence.text.as_str();
    let subject = finding.subject.as_deref().unwrap_or_default();
    if !matches!(finding.kind, FindingKind::MissingFile) {
        return Vec::new();
    }
    if text.contains("mkdir: ") && script.contains("mkdir ") && !script.contains("mkdir -p ") {
        return vec![Fix::Script {
            find: "mkdir ".to_owned(),
            replace: "mkdir -p ".to_owned(),
            why: "creates the folders above as well".to_owned(),
        }];
    }
    let path = written(text).unwrap_or(subject);
    let is_folder = path.ends_with('/') || text.contains("target '") || text.contains("target directory '");
    let creates = [
        "cannot create",
        "failed to create",
        "cannot move",
        "cannot touch",
        "ln: ",
        "target '",
        "Directory nonexistent",
    ]
    .iter()
    .any(|word| text.contains(word));
    let folder =
        if is_folder { Some(path.trim_end_matches('/')) } else { path.rsplit_once('/').map(|(parent, _)| parent) };
    let Some(folder) = folder.filter(|folder| !folder.is_empty()) else { return Vec::new() };
    let in_prefix = of_session(folder);
    // A shell reports a file to write like one to read: only in the prefix, the script itself creates the files.
    let redirects =
        finding.script_line.is_some() && in_prefix.as_deref().is_some_and(|path| path.starts_with("$PREFIX"));
    let prefixed = in_prefix.as_deref().is_some_and(|path| path.starts_with("$PREFIX/"));
    if !(creates || redirects || (prefixed && text.contains("Not a directory"))) {
        return Vec::new();
    }
    let folder = match in_prefix {
        Some(folder) => folder,
        None if !folder.starts_with('/') => folder.to_owned(),
        None => return Vec::new(),
    };
    let plain = folder.chars().all(|c| c.is_ascii_alphanumeric() || "$/._+-{}".contains(c));
    if !plain || folder.starts_with('-') {
        return Vec::new();
    }
    vec![command(&format!("mkdir -p {folder}"), "the folder must exist before files are written into it")]
}

/// The path that was to be written, of messages that name two.
fn written(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("' to '").or_else(|| text.split_once("' -> '"))?;
    rest.split('\'').next().filter(|path| !path.is_empty())
}

/// A path of a session by the variables of its script: host prefixes have a name that is made long, and the work folder
/// is `work` next to `build_env`.
fn of_session(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let index = parts.iter().rposition(|part| {
        part.starts_with("host_env_placehold") || matches!(*part, "host_env" | "build_env" | "work")
    })?;
    let variable = match parts.get(index).copied()? {
        "work" if !path.starts_with('/') => return None,
        "work" => "$SRC_DIR",
        "build_env" => "$BUILD_PREFIX",
        _ => "$PREFIX",
    };
    let rest = parts.get(index + 1..).unwrap_or_default().join("/");
    Some(if rest.is_empty() { variable.to_owned() } else { format!("{variable}/{rest}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_sessions_become_variables() {
        assert_eq!(of_session("/o/bld/x/host_env_placehold_placehold_p/share/x").as_deref(), Some("$PREFIX/share/x"));
        assert_eq!(of_session("/o/bld/x/build_env/bin").as_deref(), Some("$BUILD_PREFIX/bin"));
        assert_eq!(of_session("/o/bld/x/work").as_deref(), Some("$SRC_DIR"));
        assert_eq!(of_session("/usr/share"), None);
    }
}
