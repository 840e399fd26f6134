//! What a line says about itself: warnings, notices, progress, and the ends of steps.

use crate::read::Line;

/// What is reported later in a stream.
pub(crate) struct After {
    last_127: Option<usize>,
    last_download: Option<usize>,
}

impl After {
    pub(crate) fn new(lines: &[Line<'_>]) -> Self {
        Self {
            last_127: lines.iter().rposition(|line| reports_127(&line.text)),
            last_download: lines.iter().rposition(|line| is_download(&line.text)),
        }
    }

    /// Whether a step ends with the status of a command that does not exist, at or after a line.
    pub(crate) fn reports_127(&self, index: usize) -> bool {
        self.last_127.is_some_and(|last| last >= index)
    }

    /// Whether a download succeeds at or after a line.
    pub(crate) fn downloads(&self, index: usize) -> bool {
        self.last_download.is_some_and(|last| last >= index)
    }
}

/// `warning: …`, `x.c:3:1: warning: …`, `WARNING …`.
pub(crate) fn is_warning(text: &str) -> bool {
    const LABELS: [&str; 12] = [
        "warning:",
        "Warning:",
        "WARNING",
        "warning ",
        "[WARNING]",
        "[WARN]",
        "WARN ",
        "DEPRECATION:",
        "DEBUG",
        "npm WARN",
        "npm warn",
        "NOTE:",
    ];
    LABELS.iter().any(|label| text.starts_with(label))
        || text.contains(": warning:")
        || text.contains(": WARNING:")
        || text.contains(": warning C")
        || text.contains(": Warning:")
        || text.contains(": note: ")
        || text.starts_with("note: ")
}

/// Progress of configure steps and test runners.
pub(crate) fn is_notice(text: &str) -> bool {
    const STARTS: [&str; 9] = [
        "-- ",
        "checking ",
        "Checking ",
        "Looking for ",
        "Did not find ",
        "Run-time dependency ",
        "Program ",
        "Has header",
        "hint: ",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
        || (text.starts_with("Library ") && text.contains(" found"))
        || text.contains("... skipped")
        || text.contains(".. skipped")
        || text.contains("# SKIP")
        || text.contains("# skip")
        || text.starts_with("SKIP")
        || text.starts_with("XFAIL")
        || ["(optional)", "Skipping ", "alling back", "continuing without", "isabling ", "will be disabled"]
            .iter()
            .any(|word| text.contains(word))
        || text.ends_with("(ignored)")
}

/// Whether the output ends, or an error is reported, before anything goes on.
pub(crate) fn ends_soon<'l>(after: impl Iterator<Item = &'l str>) -> bool {
    const PROGRESS: [&str; 10] = [
        "checking ",
        "-- Found",
        "-- Configuring done",
        "-- Looking",
        "-- Check",
        "-- Detect",
        "Run-time dependency ",
        "Compiling ",
        "[ ",
        "creating ",
    ];
    const FATAL: [&str; 7] = ["error", "Error", "ERROR", "failed", "FAILED", "exit status", "fatal"];
    for text in after.take(14) {
        if PROGRESS.iter().any(|start| text.starts_with(start)) {
            return false;
        }
        if FATAL.iter().any(|word| text.contains(word)) {
            return true;
        }
    }
    true
}

/// make, npm, ninja and Cargo pass on the status of the shell.
fn reports_127(text: &str) -> bool {
    ["Error 127", "status 127", "code 127", "status: 127", "failed (127)"].iter().any(|word| text.contains(word))
}

/// wget, curl's verbose output and package managers report downloads that succeed.
fn is_download(text: &str) -> bool {
    [" saved [", " 200 OK", "Download complete", "Successfully downloaded", "100% downloaded"]
        .iter()
        .any(|word| text.contains(word))
}
