//! Lists of system libraries for Windows that a package may bring (`etc/conda-build/dsolists.d`).

use serde::Deserialize;

use crate::content::Entry;
use crate::error::{Error, Result};

const FOLDER: &str = "etc/conda-build/dsolists.d/";
const MAX_BYTES: u64 = 16 << 20;

#[derive(Deserialize)]
struct DsoList {
    version: u32,
    #[serde(rename = "subdir")]
    _subdir: String,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    deny: Vec<String>,
}

/// Checks the lists that the package brings.
///
/// # Errors
/// [`Error::DsoList`] naming the list.
pub(crate) fn check(entries: &[Entry]) -> Result<()> {
    for entry in entries.iter().filter(|entry| entry.path.starts_with(FOLDER) && entry.path.ends_with(".json")) {
        let Some(file) = entry.as_file() else { continue };
        let invalid = |reason: String| Error::DsoList { path: entry.path.clone(), reason };
        let content = file.read(MAX_BYTES).map_err(|error| invalid(error.to_string()))?;
        let list: DsoList = serde_json::from_slice(&content).map_err(|error| invalid(error.to_string()))?;
        if list.version != 1 {
            return Err(invalid(format!("expected version 1, found {}", list.version)));
        }
        for pattern in list.allow.iter().chain(&list.deny) {
            if !is_valid(pattern) {
                let reason = format!("pattern `{pattern}` must use `/` and begin with a drive or `**`");
                return Err(invalid(reason));
            }
        }
    }
    Ok(())
}

fn is_valid(pattern: &str) -> bool {
    let has_drive = pattern.as_bytes().get(1) == Some(&b':') && pattern.starts_with(|c: char| c.is_ascii_alphabetic());
    !pattern.contains('\\') && (has_drive || pattern.starts_with("**"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn lists_are_checked() {
        let check = |text: &str| check(&[Entry::made(format!("{FOLDER}x.json"), text.as_bytes(), false)]);
        check(r#"{"version": 1, "subdir": "win-64", "allow": ["C:/Windows/**/*.dll", "**/x.dll"]}"#).unwrap();
        for text in [
            "{",
            r#"{"version": 2, "subdir": "win-64"}"#,
            r#"{"version": 1, "subdir": "win-64", "allow": ["x.dll"]}"#,
            r#"{"version": 1, "subdir": "win-64", "deny": ["C:\\x.dll"]}"#,
        ] {
            assert_eq!(check(text).unwrap_err().code(), "PACKAGE_DSOLIST_INVALID", "{text}");
        }
    }
}
