//! Lines that do not speak for the run itself: probes of configure steps, captured output of tests, ignored steps.

use std::collections::HashSet;

use super::lines::Line;

/// make prints that it ignores an error after the error; more lines than this belong to something else.
const IGNORED_LINES: usize = 12;

/// For each line whether rules must not read it.
pub(crate) fn suppressed(lines: &[Line<'_>], script: &HashSet<&str>) -> Vec<bool> {
    let mut hidden = vec![false; lines.len()];
    let mut section = Section::Run;
    let mut last_step = 0;
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.as_ref();
        section = section.after(text, line.indent);
        let hide = section.hides(text) || is_probe(text) || is_echo(text, script);
        if let Some(hidden) = hidden.get_mut(index) {
            *hidden = hide;
        }
        if is_make_error(text) {
            if text.ends_with("(ignored)") {
                let first = last_step.max(index.saturating_sub(IGNORED_LINES));
                hidden.iter_mut().take(index + 1).skip(first).for_each(|hidden| *hidden = true);
            }
            last_step = index + 1;
        }
    }
    hidden
}

fn is_make_error(text: &str) -> bool {
    (text.starts_with("make") || text.starts_with("gmake")) && text.contains("] Error ")
}

/// Which part of a log a line is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Run,
    /// `config.log`, printed by a script after configure failed: it is full of errors of probes.
    ConfigLog,
    /// The log of CMake's probes.
    CmakeProbe,
    /// The log of Meson's probes.
    MesonProbe,
    /// What a test printed, repeated by pytest.
    CapturedOutput,
}

impl Section {
    fn after(self, text: &str, indent: usize) -> Self {
        if is_config_log(text) || text.starts_with("This file contains any messages produced by compilers while") {
            return Self::ConfigLog;
        }
        if text.contains("failed with the following output:")
            || text.contains("exited with the following output:")
            || text.starts_with("Run Build Command(s):")
        {
            return Self::CmakeProbe;
        }
        if text == "Running compile:" || text == "Running code:" {
            return Self::MesonProbe;
        }
        if text.starts_with("----") && text.contains(" Captured ") {
            return Self::CapturedOutput;
        }
        let ends = match self {
            Self::Run => true,
            Self::ConfigLog => {
                indent == 0
                    && ["make: ", "make[", "ninja: ", "CMake Error", "+ ", "Traceback (", "== ", "configure: error: "]
                        .iter()
                        .any(|start| text.starts_with(start))
            }
            Self::CmakeProbe => {
                text.starts_with("-- ")
                    || text.starts_with("CMake Error")
                    || text.starts_with("Source file was:")
                    || text.starts_with("make: ***")
            }
            Self::MesonProbe => {
                text.contains(": YES")
                    || text.contains(": NO")
                    || text.contains("ERROR:")
                    || text.starts_with("ninja: ")
            }
            Self::CapturedOutput => text.starts_with("====") || text.starts_with("____"),
        };
        if ends { Self::Run } else { self }
    }

    fn hides(self, text: &str) -> bool {
        match self {
            Self::Run => false,
            // configure also logs the error that stops it.
            Self::ConfigLog => !text.starts_with("configure:") || !text.contains(": error: "),
            Self::CmakeProbe | Self::MesonProbe | Self::CapturedOutput => true,
        }
    }
}

/// `configure:3277: checking for gcc`.
fn is_config_log(text: &str) -> bool {
    let Some((number, rest)) = text.strip_prefix("configure:").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with(' ')
}

/// Files and targets that configure steps make for their probes.
fn is_probe(text: &str) -> bool {
    const PROBES: [&str; 8] = [
        "conftest.",
        "conftest:",
        "/CMakeTmp",
        "cmTC_",
        "CMakeScratch",
        "/TryCompile-",
        "/meson-private/tmp",
        "_configtest.",
    ];
    PROBES.iter().any(|probe| text.contains(probe)) && !text.starts_with("CMake Error")
}

/// What a shell prints before it runs a command, with `set -x`, `set -v` or in cmd.exe: the script's own text.
fn is_echo(text: &str, script: &HashSet<&str>) -> bool {
    if text.starts_with('+') && text.trim_start_matches('+').starts_with(' ') {
        return true;
    }
    text.len() > 12 && script.contains(text)
}
