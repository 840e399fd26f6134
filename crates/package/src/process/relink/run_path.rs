//! The rule for run paths.

use std::path::{Component, Path, PathBuf};

use crate::globs::Filter;

/// The rule for run paths of a package.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    pub(super) prefix: &'a Path,
    /// Folders that every binary searches, relative to the prefix.
    pub(super) run_paths: Vec<String>,
    /// Entries that may lead out of the prefix.
    pub(super) allowed: Filter,
}

impl Rule<'_> {
    /// The new run path of a binary: its RPATH entries, the recipe's folders, its RUNPATH entries; each relative to the
    /// binary, without duplicates and without entries that lead out of the prefix.
    ///
    /// `origin` is the loader's word for the folder of the binary: `$ORIGIN` or `@loader_path`.
    pub(super) fn apply(&self, origin: &str, binary: &Path, rpath: &[String], runpath: &[String]) -> Vec<String> {
        let own = self.run_paths.iter().map(|folder| self.prefix.join(folder).to_string_lossy().into_owned());
        let entries = rpath.iter().cloned().chain(own).chain(runpath.iter().cloned());
        let mut list: Vec<String> = Vec::new();
        for entry in entries.filter_map(|entry| self.entry(origin, binary, &entry)) {
            // As paths: the reference takes `$ORIGIN` and `$ORIGIN/` for the same folder.
            if !list.iter().any(|other| Path::new(other) == Path::new(&entry)) {
                list.push(entry);
            }
        }
        list
    }

    /// One entry of a run path; nothing if it is dropped.
    pub(super) fn entry(&self, origin: &str, binary: &Path, entry: &str) -> Option<String> {
        let folder = binary.parent().unwrap_or(Path::new(""));
        let is_allowed = || self.allowed.selects(Path::new(entry));
        if let Some(rest) = below_origin(origin, entry) {
            let lands = normalized(&self.prefix.join(folder).join(rest.trim_start_matches('/')));
            let stays = lands.starts_with(normalized(self.prefix));
            return (stays || is_allowed()).then(|| entry.to_owned());
        }
        let path = Path::new(entry);
        match path.strip_prefix(self.prefix) {
            Ok(inside) if path.is_absolute() => Some(format!("{origin}/{}", relative(folder, &normalized(inside)))),
            _ => is_allowed().then(|| entry.to_owned()),
        }
    }
}

/// What follows the loader's word for the binary's folder.
fn below_origin<'a>(origin: &str, entry: &'a str) -> Option<&'a str> {
    // `$ORIGIN` may also be written `${ORIGIN}`.
    let braced = origin.strip_prefix('$').map(|name| format!("${{{name}}}"));
    entry.strip_prefix(origin).or_else(|| entry.strip_prefix(braced?.as_str()))
}

/// A path with `.` and `..` resolved textually.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}

fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = from.iter().skip(common).map(|_| "..".to_owned());
    let down = to.iter().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use sidewinder_recipe::stage1::Globs;

    use super::*;

    fn apply(run_paths: &[&str], allowed: &[&str], binary: &str, runpath: &str) -> String {
        let globs = Globs::new(allowed.iter().map(|&glob| glob.to_owned()).collect(), vec![]);
        let rule = Rule {
            prefix: Path::new("/prefix"),
            run_paths: run_paths.iter().map(|&path| path.to_owned()).collect(),
            allowed: Filter::new("x", &globs).unwrap(),
        };
        let runpath: Vec<String> = runpath.split(':').filter(|e| !e.is_empty()).map(str::to_owned).collect();
        rule.apply("$ORIGIN", Path::new(binary), &[], &runpath).join(":")
    }

    #[test]
    fn entries_in_the_prefix_become_relative_to_the_binary() {
        for (binary, expected) in [
            ("bin/prog", "$ORIGIN/../lib"),
            ("lib/libb.so", "$ORIGIN/"),
            ("libexec/deep/er/libd.so", "$ORIGIN/../../../lib"),
        ] {
            assert_eq!(apply(&["lib/"], &[], binary, "/prefix/lib"), expected, "{binary}");
        }
    }

    #[test]
    fn entries_that_lead_outside_are_dropped_unless_allowed() {
        let had = "/usr/lib/foo:/build/lib:/prefix/lib:/prefix/lib/sub:$ORIGIN/sub:$ORIGIN/../../../out:${ORIGIN}/x";
        assert_eq!(apply(&["lib/"], &[], "lib/libm.so", had), "$ORIGIN/:$ORIGIN/sub:${ORIGIN}/x");
        assert_eq!(
            apply(&["lib/sub", "lib"], &["/usr/lib/*", "$ORIGIN/../../../*"], "lib/libm.so", had),
            "$ORIGIN/sub:$ORIGIN/:/usr/lib/foo:$ORIGIN/../../../out:${ORIGIN}/x"
        );
    }

    #[test]
    fn a_folder_is_listed_once() {
        assert_eq!(apply(&["lib"], &[], "lib/libx.so", "$ORIGIN:$ORIGIN/.:/prefix/lib"), "$ORIGIN/");
    }

    #[test]
    fn a_prefix_of_another_name_is_outside() {
        assert_eq!(apply(&["lib"], &[], "bin/x", "/prefix2/lib:relative"), "$ORIGIN/../lib");
    }
}
