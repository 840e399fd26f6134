//! What git puts before the names in a diff: `a/` and `b/`, or with `diff.mnemonicPrefix` a letter for what is compared.

/// The letters: `a` and `b`; the commit, the index, an object and the work tree; the two sides of `--no-index`.
const LETTERS: &str = "abciow12";

/// The prefixes of the old and the new name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefixes {
    pub(super) old: String,
    pub(super) new: String,
}

impl Prefixes {
    /// Those of the names in a `diff --git` line. Without prefixes (`--no-prefix`) both names are the same, so two that
    /// are the same have none, even in a directory `a`.
    pub(super) fn of_git(old: Option<&str>, new: Option<&str>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::default() };
        Self::of_pair(old, new).unwrap_or_default()
    }

    /// Those of the names in a `---` and a `+++` line without a header of git.
    pub(super) fn of_plain(old: Option<&str>, new: Option<&str>) -> Self {
        if let (Some(old), Some(new)) = (old, new) {
            if let Some(prefixes) = Self::of_pair(old, new) {
                return prefixes;
            }
            if old == new {
                return Self::default();
            }
        }
        let letter = |name: Option<&str>, prefix: &str| {
            if name.is_some_and(|name| name.starts_with(prefix)) { prefix.to_owned() } else { String::new() }
        };
        Self { old: letter(old, "a/"), new: letter(new, "b/") }
    }

    /// Whether these are prefixes that git chooses by itself.
    pub(super) fn are_gits(&self) -> bool {
        let is_gits = |prefix: &str| prefix.len() == 2 && prefix.ends_with('/') && prefix.starts_with(is_letter);
        is_gits(&self.old) && is_gits(&self.new) && self.old != self.new
    }

    fn of_pair(old: &str, new: &str) -> Option<Self> {
        let prefix = |name: &str| name.get(..2).map(str::to_owned);
        let prefixes = Self { old: prefix(old)?, new: prefix(new)? };
        let same_rest = || old.get(2..) == new.get(2..);
        (prefixes.are_gits() && same_rest()).then_some(prefixes)
    }
}

fn is_letter(c: char) -> bool {
    LETTERS.contains(c)
}

/// The prefixes of the two names in `names`, the rest of a `diff --git` line, given the names themselves.
pub(super) fn prefixes_of_renamed(names: &str, old: &str, new: &str) -> Option<Prefixes> {
    let before_new = names.trim_end_matches('\r').strip_suffix(new)?;
    let at = before_new.find(&format!("{old} "))?;
    let (old_prefix, rest) = before_new.split_at(at);
    Some(Prefixes { old: old_prefix.to_owned(), new: rest.get(old.len() + 1..)?.to_owned() })
}

/// A name without a prefix; as it is where it does not start with it.
pub(super) fn strip(name: Option<String>, prefix: &str) -> Option<String> {
    name.map(|name| name.strip_prefix(prefix).map_or_else(|| name.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_those_that_git_writes() {
        let git = |old: &str, new: &str| {
            let Prefixes { old, new } = Prefixes::of_git(Some(old), Some(new));
            (old, new)
        };
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        for (old, new) in
            [("a/", "b/"), ("i/", "w/"), ("c/", "i/"), ("c/", "w/"), ("o/", "w/"), ("b/", "a/"), ("1/", "2/")]
        {
            assert_eq!(git(&format!("{old}x"), &format!("{new}x")), pair(old, new));
        }
        assert_eq!(git("a/x", "a/x"), pair("", ""), "a directory `a`, without prefixes");
        assert_eq!(git("x/y", "z/y"), pair("", ""));
    }

    #[test]
    fn the_prefixes_of_renamed_files_are_found_around_their_names() {
        let find = |names: &str| prefixes_of_renamed(names, "x y", "z").map(|found| (found.old, found.new));
        assert_eq!(find("a/x y b/z"), Some(("a/".into(), "b/".into())));
        assert_eq!(find("x y z"), Some((String::new(), String::new())));
        assert_eq!(find("old/x y new/z\r"), Some(("old/".into(), "new/".into())));
        assert_eq!(find("a/other b/z"), None);
    }
}
