//! Which line of the build script was running.

use std::collections::{HashMap, HashSet};

/// The build script, for finding lines of it.
pub(crate) struct Script<'s> {
    /// Lines that occur once, as a trace prints them.
    unique: HashMap<&'s str, u32>,
    all: HashSet<&'s str>,
    lines: Vec<&'s str>,
    count: u32,
}

impl<'s> Script<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        let mut unique: HashMap<&str, u32> = HashMap::new();
        let all = text.lines().map(str::trim).collect();
        let mut count = 0;
        for line in text.lines() {
            count += 1;
            // Zero marks a line that occurs more than once.
            unique.entry(line.trim()).and_modify(|number| *number = 0).or_insert(count);
        }
        unique.retain(|line, number| *number != 0 && !line.is_empty() && !line.starts_with('#'));
        Self { unique, all, lines: text.lines().collect(), count }
    }

    /// All lines, without indentation.
    pub(crate) fn lines(&self) -> &HashSet<&'s str> {
        &self.all
    }

    /// The line that a shell names: `FILE: line N:`, if the file is the build script.
    pub(crate) fn named(&self, file: &str, line: u32) -> Option<u32> {
        let name = file.rsplit(['/', '\\']).next()?;
        let ours = matches!(name, "conda_build.sh" | "conda_build.bat");
        (ours && (1..=self.count).contains(&line)).then_some(line)
    }

    /// Whether a line uses the output of a command: `$(command …)` or the same in backquotes.
    pub(crate) fn substitutes(&self, line: u32, command: &str) -> bool {
        let index = usize::try_from(line).unwrap_or_default().wrapping_sub(1);
        self.lines
            .get(index)
            .is_some_and(|line| ["$(", "`"].iter().any(|open| line.contains(&format!("{open}{command}"))))
    }

    /// The line that a trace shows (`+ command`), if exactly this text occurs once in the script.
    pub(crate) fn traced(&self, line: &str) -> Option<u32> {
        let command = line.strip_prefix("+ ")?;
        self.unique.get(command.trim()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unambiguous_lines_are_found() {
        let script = Script::new("set -e\nmake all\nmake check\n  cd x\nmake check\n");
        assert_eq!(script.traced("+ make all"), Some(2));
        assert_eq!(script.traced("+ cd x"), Some(4));
        assert_eq!(script.traced("+ make check"), None);
        assert_eq!(script.traced("make all"), None);
        assert_eq!(script.named("/w/conda_build.sh", 3), Some(3));
        assert_eq!(script.named("/w/conda_build.sh", 9), None);
        assert_eq!(script.named("/w/configure", 3), None);
    }
}
