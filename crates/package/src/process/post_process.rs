//! Replacements that the recipe asks for in installed files (`build.post_process`).

use std::path::Path;

use regex::Regex;
use sidewinder_recipe::stage1::PostProcess;

use crate::content::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::globs::Filter;
use crate::monitor::{Monitor, check};

/// Larger files are not text that a recipe changes.
const MAX_BYTES: u64 = 1 << 30;

/// Applies all replacements, in order. Symlinks are not followed.
///
/// # Errors
/// [`Error::PostProcess`] for a file that is not UTF-8 or too large, [`Error::Glob`], [`Error::Cancelled`].
pub(crate) fn apply(steps: &[PostProcess], entries: &mut [Entry], monitor: &dyn Monitor) -> Result<()> {
    for step in steps {
        let files = Filter::new("build.post_process.files", &step.files)?;
        let regex = Regex::new(&step.regex).map_err(|error| Error::Metadata {
            reason: format!("`{}` in `build.post_process.regex` is not a regular expression: {error}", step.regex),
        })?;
        for entry in entries.iter_mut().filter(|entry| files.selects(Path::new(&entry.path))) {
            check(monitor)?;
            let Some(file) = entry.as_file() else { continue };
            let failed = |reason: String| Error::PostProcess { path: entry.path.clone(), reason };
            let content = file.read(MAX_BYTES).map_err(|error| failed(error.to_string()))?;
            let text = std::str::from_utf8(&content).map_err(|_| failed("it is not valid UTF-8".to_owned()))?;
            let changed = regex.replace_all(text, step.replacement.as_str());
            if changed != text {
                let made = Entry::made("", changed.as_bytes(), file.is_executable);
                if let EntryKind::File(_) = &made.kind {
                    entry.kind = made.kind;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use sidewinder_recipe::stage1::Globs;

    use super::*;
    use crate::monitor::Unwatched;

    fn step(glob: &str) -> PostProcess {
        let files = Globs::new(vec![glob.into()], vec![]);
        PostProcess { files, regex: r"v(\d+)".into(), replacement: "version $1".into() }
    }

    #[test]
    fn matching_files_are_changed() {
        let mut entries =
            [Entry::made("share/a.txt", b"v1 v2".as_slice(), true), Entry::made("b", b"v3".as_slice(), false)];
        for glob in ["share/*.txt", "**/*.txt", "*.txt"] {
            apply(&[step(glob)], &mut entries, &Unwatched).unwrap();
        }
        let texts: Vec<_> = entries.iter().map(|entry| entry.as_file().unwrap().read(99).unwrap().to_vec()).collect();
        assert_eq!(texts, [b"version 1 version 2".to_vec(), b"v3".to_vec()]);
        assert!(entries.first().unwrap().as_file().unwrap().is_executable);
    }

    #[test]
    fn a_file_that_is_not_text_is_an_error() {
        let mut entries = [Entry::made("a", b"v\xff".as_slice(), false)];
        let error = apply(&[step("a")], &mut entries, &Unwatched).unwrap_err();
        assert_eq!(error.to_string(), "failed to post-process `a`: it is not valid UTF-8");
    }
}
