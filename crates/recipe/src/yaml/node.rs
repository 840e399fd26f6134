//! The tree: every node knows its place.

use crate::diagnostic::Span;

/// One node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A text.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// Keys and values.
    Mapping(Mapping),
}

/// A scalar: its text, and whether it was written without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after YAML's own unescaping.
    pub text: String,
    /// Written plain, so that it may be read as a bool or a number; quoted and block scalars are always text.
    pub plain: bool,
    /// Its place: from its first character (the opening quote of quoted ones; the first character of the content
    /// of block ones) to its end.
    pub span: Span,
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Its items.
    pub items: Vec<Node>,
    /// From its first to its last character.
    pub span: Span,
}

/// Keys and values, in file order, each key once.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<Entry>,
    /// From its first to its last character.
    pub span: Span,
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key; always read as text.
    pub key: Scalar,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// Place of the node.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Scalar(scalar) => scalar.span,
            Self::Sequence(sequence) => sequence.span,
            Self::Mapping(mapping) => mapping.span,
        }
    }
}

impl Mapping {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|e| e.key.text == key).map(|e| &e.value)
    }
}
