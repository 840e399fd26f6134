//! Where paths lead that go through symlinks, without asking the file system: the links of an archive are not written
//! yet, and those of a tree that a patch is tried on may never be.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// More steps than any path takes that is meant well. Linux gives up after 40 links.
const MAX_STEPS: usize = 4096;

/// Why a path cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkProblem {
    /// It is absolute, or has more `..` than there are directories.
    Outside,
    /// Its links lead to each other.
    Loop,
}

/// Follows a path relative to a root as the system would: a `..` after a link goes up from where the link leads, so
/// links are followed one component at a time. `target` gives the target of a symlink, or `None` for anything else.
///
/// # Errors
/// [`LinkProblem`].
pub(crate) fn follow(path: &Path, target: &dyn Fn(&Path) -> Option<PathBuf>) -> Result<PathBuf, LinkProblem> {
    let mut at = PathBuf::new();
    let mut rest = parts(path).ok_or(LinkProblem::Outside)?;
    for _ in 0..MAX_STEPS {
        match rest.pop_front() {
            None => return Ok(at),
            Some(Part::Up) => {
                if !at.pop() {
                    return Err(LinkProblem::Outside);
                }
            }
            Some(Part::Into(name)) => {
                at.push(name);
                if let Some(further) = target(&at) {
                    at.pop();
                    let mut further = parts(&further).ok_or(LinkProblem::Outside)?;
                    further.append(&mut rest);
                    rest = further;
                }
            }
        }
    }
    Err(LinkProblem::Loop)
}

enum Part {
    Up,
    Into(OsString),
}

fn parts(path: &Path) -> Option<VecDeque<Part>> {
    path.components()
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
    use std::collections::HashMap;

    use super::*;

    fn follow_in(path: &str, links: &[(&str, &str)]) -> Result<PathBuf, LinkProblem> {
        let links: HashMap<PathBuf, PathBuf> = links.iter().map(|(link, to)| (link.into(), to.into())).collect();
        follow(Path::new(path), &|path| links.get(path).cloned())
    }

    #[test]
    fn links_inside_are_followed() {
        assert_eq!(follow_in("a/l/x", &[("a/l", "../b/c")]), Ok("b/c/x".into()));
        assert_eq!(follow_in("l", &[("l", "not-there")]), Ok("not-there".into()));
        assert_eq!(follow_in("a/b/c/up", &[("a/b/c/up", "../../..")]), Ok(PathBuf::new()));
    }

    #[test]
    fn links_that_lead_out_are_found() {
        assert_eq!(follow_in("l", &[("l", "/etc/passwd")]), Err(LinkProblem::Outside));
        assert_eq!(follow_in("a/l", &[("a/l", "../../x")]), Err(LinkProblem::Outside));
        assert_eq!(follow_in("l", &[("a/b/c/up", "../../.."), ("l", "a/b/c/up/../x")]), Err(LinkProblem::Outside));
    }

    #[test]
    fn loops_are_not_taken_for_links_that_lead_out() {
        assert_eq!(follow_in("a", &[("a", "b"), ("b", "a")]), Err(LinkProblem::Loop));
        assert_eq!(follow_in("a", &[("a", "a/x")]), Err(LinkProblem::Loop));
    }
}
