//! Targets of symlinks.

use std::path::{Component, Path, PathBuf};

use crate::report::Warnings;

/// The target that a symlink of the prefix has in the package: an absolute one in the prefix becomes relative, since
/// installers do not change links. All others stay.
pub(super) fn rewrite(prefix: &Path, link: &Path, target: &str, warnings: &mut Warnings) -> String {
    let path = Path::new(target);
    let shown = || link.to_string_lossy().into_owned();
    if !path.has_root() {
        let lands = normalized(&link.parent().unwrap_or(Path::new("")).join(path));
        match lands {
            None => warnings.about(
                "link-outside",
                shown(),
                format!("symlink `{}` points out of the prefix: `{target}`", link.display()),
            ),
            Some(inside) => warn_if_dangling(prefix, link, &inside, target, warnings),
        }
        return target.to_owned();
    }
    let Ok(inside) = path.strip_prefix(prefix) else {
        let message = format!("symlink `{}` points to absolute path `{target}` outside the prefix", link.display());
        warnings.about("link-outside", shown(), message);
        return target.to_owned();
    };
    match normalized(inside) {
        None => warnings.about(
            "link-outside",
            shown(),
            format!("symlink `{}` points out of the prefix: `{target}`", link.display()),
        ),
        Some(lands) => warn_if_dangling(prefix, link, &lands, target, warnings),
    }
    relative(link.parent().unwrap_or(Path::new("")), inside)
}

fn warn_if_dangling(prefix: &Path, link: &Path, lands: &Path, target: &str, warnings: &mut Warnings) {
    // Only whether it exists: links may lead to folders and further links.
    if std::fs::metadata(prefix.join(link)).is_err() && std::fs::symlink_metadata(prefix.join(lands)).is_err() {
        let message = format!("symlink `{}` points to `{target}`, which does not exist", link.display());
        warnings.about("dangling-link", link.to_string_lossy(), message);
    } else if std::fs::metadata(prefix.join(link)).is_err() {
        let message =
            format!("symlink `{}` leads nowhere: the links it points to form a loop or dangle", link.display());
        warnings.about("dangling-link", link.to_string_lossy(), message);
    }
}

/// A path with `.` and `..` resolved textually; nothing if it leaves the folder it is relative to.
fn normalized(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            Component::ParentDir if parts.pop() => {}
            _ => return None,
        }
    }
    Some(parts)
}

/// The way from a folder to a path, both relative to the prefix. `..` in the path stays, as the symlinks before it may
/// lead elsewhere.
fn relative(folder: &Path, path: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), path.components().collect());
    let common = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = from.iter().skip(common).map(|_| "..".to_owned());
    let down = to.iter().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_targets_in_the_prefix_become_relative() {
        let dir = std::env::temp_dir();
        let prefix = dir.join("no-such-prefix");
        let root = prefix.to_string_lossy();
        let mut warnings = Warnings::default();
        for (link, target, expected) in [
            ("a/l", format!("{root}/a/b/../../c/f"), "b/../../c/f"),
            ("a/l", format!("{root}"), ".."),
            ("l", format!("{root}"), "."),
            ("lib/libx.so", format!("{root}/lib/libx.so.1"), "libx.so.1"),
            ("bin/x", format!("{root}/share/x"), "../share/x"),
            ("bin/x", "/usr/bin/x".to_owned(), "/usr/bin/x"),
            ("bin/x", "../../../x".to_owned(), "../../../x"),
        ] {
            assert_eq!(rewrite(&prefix, Path::new(link), &target, &mut warnings), expected, "{link} -> {target}");
        }
        let outside = warnings.0.iter().filter(|warning| warning.code == "link-outside").count();
        assert_eq!(outside, 2, "{warnings:?}");
    }
}
