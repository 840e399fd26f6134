//! Where the symlinks of an archive lead.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// More steps than any path that means no harm takes.
const STEPS: usize = 4096;

/// Whether a symlink stays inside of the root, followed as the system would: through the other symlinks of the archive,
/// one of which may lie deeper than what it points to. All paths are relative to the root.
pub(super) fn stays_inside(link: &Path, target: &Path, links: &HashMap<PathBuf, PathBuf>) -> bool {
    let mut at = link.parent().map(Path::to_path_buf).unwrap_or_default();
    let Some(mut rest) = parts(target) else { return false };
    for _ in 0..STEPS {
        match rest.pop_front() {
            None => return true,
            Some(Part::Up) => {
                if !at.pop() {
                    return false;
                }
            }
            Some(Part::Into(name)) => {
                at.push(name);
                if let Some(further) = links.get(&key(&at)) {
                    at.pop();
                    let Some(mut further) = parts(further) else { return false };
                    further.append(&mut rest);
                    rest = further;
                }
            }
        }
    }
    // Links that run in a circle lead nowhere, but neither can they be shown to stay.
    false
}

/// A path as it is looked up: file systems of macOS and Windows take upper and lower case for the same.
pub(super) fn key(path: &Path) -> PathBuf {
    if cfg!(any(target_os = "macos", windows)) {
        path.to_string_lossy().to_lowercase().into()
    } else {
        path.to_path_buf()
    }
}

enum Part {
    Up,
    Into(OsString),
}

fn parts(target: &Path) -> Option<VecDeque<Part>> {
    target
        .components()
        .filter(|component| !matches!(component, Component::CurDir))
        .map(|component| match component {
            Component::ParentDir => Some(Part::Up),
            Component::Normal(name) => Some(Part::Into(name.to_owned())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &str, links: &[(&str, &str)]) -> bool {
        let links: HashMap<PathBuf, PathBuf> = links.iter().map(|(l, t)| (l.into(), t.into())).collect();
        let target = links.get(Path::new(link)).cloned().unwrap_or_default();
        stays_inside(Path::new(link), &target, &links)
    }

    #[test]
    fn links_inside_are_fine() {
        assert!(check("a/l", &[("a/l", "../b/c")]));
        assert!(check("l", &[("l", "not-there")]));
        assert!(check("a/b/c/up", &[("a/b/c/up", "../../..")]));
    }

    #[test]
    fn links_that_lead_out_are_found() {
        assert!(!check("l", &[("l", "/etc/passwd")]));
        assert!(!check("l", &[("l", "../x")]));
        assert!(!check("a/l", &[("a/l", "../../x")]));
    }

    #[test]
    fn a_link_that_leads_out_through_another_is_found() {
        assert!(!check("l", &[("a/b/c/up", "../../.."), ("l", "a/b/c/up/../x")]));
    }

    #[test]
    fn circles_are_refused() {
        assert!(!check("a", &[("a", "b"), ("b", "a")]));
    }
}
