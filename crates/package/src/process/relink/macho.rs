//! Run paths and library names of Mach-O files.

use std::path::Path;

use goblin::mach::{Mach, MachO};

use super::run_path::Rule;
use super::{Edit, Outcome};

/// The loader's word for the folder of a binary.
const ORIGIN: &str = "@loader_path";

/// Whether the first bytes are those of a Mach-O file, thin or fat.
pub(super) fn has_header(head: &[u8]) -> bool {
    const MAGICS: [[u8; 4]; 4] =
        [[0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe], [0xfe, 0xed, 0xfa, 0xcf]];
    MAGICS.iter().any(|magic| head.starts_with(magic))
}

/// Makes run paths and library names of a Mach-O file relative.
///
/// The signature of a changed file is no longer valid; macOS refuses such files on Apple processors until they are signed
/// again.
pub(super) fn relink(content: &[u8], rule: &Rule<'_>, path: &Path) -> Result<Option<Outcome>, String> {
    let Ok(Mach::Binary(file)) = Mach::parse(content) else { return Ok(None) };
    let plan = Plan::of(&file, rule, path);
    let outcome = |edit| Outcome { needed: plan.needed.clone(), search: plan.run_paths.clone(), edit };
    if plan.is_empty() {
        return Ok(Some(outcome(Edit::Nothing)));
    }
    let failed = |error: &dyn std::fmt::Display| format!("cannot change its load commands: {error}");
    let mut container = arwen::macho::MachoContainer::parse(content).map_err(|error| failed(&error))?;
    if let Some(id) = &plan.install_name {
        container.change_install_id(id).map_err(|error| failed(&error))?;
    }
    for (old, new) in &plan.libraries {
        container.change_install_name(old, new).map_err(|error| failed(&error))?;
    }
    for old in &plan.removed {
        container.remove_rpath(old).map_err(|error| failed(&error))?;
    }
    for new in &plan.added {
        container.add_rpath(new).map_err(|error| failed(&error))?;
    }
    Ok(Some(outcome(Edit::Rewrite(container.data))))
}

/// What is changed in a Mach-O file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plan {
    needed: Vec<String>,
    run_paths: Vec<String>,
    install_name: Option<String>,
    libraries: Vec<(String, String)>,
    removed: Vec<String>,
    added: Vec<String>,
}

impl Plan {
    fn of(file: &MachO<'_>, rule: &Rule<'_>, path: &Path) -> Self {
        // goblin lists the file itself first, as `self`.
        let needed = file.libs.iter().skip(1).map(|&name| name.to_owned()).collect();
        let had: Vec<String> = file.rpaths.iter().map(|&entry| entry.to_owned()).collect();
        Self::new(needed, file.name, &had, rule, path)
    }

    fn new(needed: Vec<String>, install_name: Option<&str>, had: &[String], rule: &Rule<'_>, path: &Path) -> Self {
        // `@executable_path` depends on the program that loads the file: it cannot be checked, so it stays.
        let (kept, checked): (Vec<String>, Vec<String>) =
            had.iter().cloned().partition(|entry| entry.starts_with("@executable_path"));
        let mut run_paths = rule.apply(ORIGIN, path, &[], &checked);
        run_paths.extend(kept);
        let libraries = needed.iter().filter_map(|name| Some((name.clone(), Self::relative(name, rule)?))).collect();
        Self {
            install_name: install_name.and_then(|name| Self::relative(name, rule)),
            libraries,
            removed: had.iter().filter(|entry| !run_paths.contains(entry)).cloned().collect(),
            added: run_paths.iter().filter(|entry| !had.contains(entry)).cloned().collect(),
            run_paths,
            needed,
        }
    }

    fn is_empty(&self) -> bool {
        self.install_name.is_none() && self.libraries.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }

    /// A library below the first run path of the recipe, by `@rpath`.
    fn relative(name: &str, rule: &Rule<'_>) -> Option<String> {
        let folder = rule.prefix.join(rule.run_paths.first()?);
        let path = Path::new(name);
        if path.is_absolute() {
            return Some(format!("@rpath/{}", path.strip_prefix(&folder).ok()?.to_string_lossy()));
        }
        let is_bare = !name.contains('/') && !name.is_empty();
        (is_bare && folder.join(name).exists()).then(|| format!("@rpath/{name}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use sidewinder_recipe::stage1::Globs;

    use super::*;
    use crate::globs::Filter;

    #[test]
    fn paths_below_the_prefix_become_relative() {
        let rule = Rule {
            prefix: Path::new("/prefix"),
            run_paths: vec!["lib/".into()],
            allowed: Filter::new("x", &Globs::default()).unwrap(),
        };
        let needed = vec!["/prefix/lib/libz.1.dylib".to_owned(), "/usr/lib/libSystem.B.dylib".to_owned()];
        let had = ["/prefix/lib".to_owned(), "@executable_path/../lib".to_owned(), "/build/lib".to_owned()];
        let plan = Plan::new(needed, Some("/prefix/lib/libx.1.dylib"), &had, &rule, Path::new("lib/libx.1.dylib"));
        assert_eq!(plan.install_name.as_deref(), Some("@rpath/libx.1.dylib"));
        assert_eq!(plan.libraries, [("/prefix/lib/libz.1.dylib".to_owned(), "@rpath/libz.1.dylib".to_owned())]);
        assert_eq!(plan.run_paths, ["@loader_path/", "@executable_path/../lib"]);
        assert_eq!(plan.removed, ["/prefix/lib", "/build/lib"]);
        assert_eq!(plan.added, ["@loader_path/"]);
    }
}
