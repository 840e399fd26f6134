//! The payload of a package: files, links and empty folders; and the prefix placeholders.

use std::sync::LazyLock;

/// Stands for the prefix in texts and bytes that are handed to the builder.
pub(crate) const MARK: &str = "@PREFIX@";

/// Packages of the field carry a prefix of this many bytes, so that any shorter one fits in its place.
const PLACEHOLDER_LENGTH: usize = 255;

/// The path that stands for the prefix inside a package, 255 bytes long; an installer puts the real prefix there.
pub fn placeholder() -> &'static str {
    static PLACEHOLDER: LazyLock<String> = LazyLock::new(|| {
        let mut path = String::from("/opt/testkit");
        while path.len() < PLACEHOLDER_LENGTH {
            path.push_str("_placehold");
        }
        path.truncate(PLACEHOLDER_LENGTH);
        path
    });
    &PLACEHOLDER
}

/// How the prefix is written into a file, which decides how an installer replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrefixMark {
    /// As text: the file gets shorter or longer.
    Text,
    /// In a string that ends in NUL: padded with NUL, so that the file keeps its length.
    Binary,
}

/// One thing in a package, by its path.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    File { bytes: Vec<u8>, executable: bool, prefix: Option<PrefixMark>, no_link: bool },
    Link { target: String },
    EmptyFolder,
}

impl Content {
    pub(crate) fn file(bytes: Vec<u8>, executable: bool) -> Self {
        Self::File { bytes, executable, prefix: None, no_link: false }
    }

    /// A file in which every `@PREFIX@` is the placeholder. Bytes that hold the placeholder already are left alone.
    pub(crate) fn prefixed(bytes: &[u8], executable: bool, mark: PrefixMark) -> Self {
        let bytes = replace(bytes, MARK.as_bytes(), placeholder().as_bytes());
        Self::File { bytes, executable, prefix: Some(mark), no_link: false }
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            out.extend_from_slice(to);
            rest = after;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholder_is_as_long_as_the_field_has_it() {
        assert_eq!(placeholder().len(), PLACEHOLDER_LENGTH);
    }

    #[test]
    fn every_mark_is_replaced_and_nothing_else() {
        assert_eq!(replace(b"a@PREFIX@b@PREFIX@@", b"@PREFIX@", b"/p"), b"a/pb/p@");
        assert_eq!(replace(b"@PREFIX", b"@PREFIX@", b"/p"), b"@PREFIX");
    }
}
