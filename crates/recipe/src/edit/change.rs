//! A change of the tree: what the text has to read as after the edit.

use super::locate::{Path, Step};
use super::{EditError, EditValue};
use crate::diagnostic::Span;
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence};

/// What is done at which place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: Path,
    pub(super) goal: Goal,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The list gets one more item; it is made if there is none.
    Append(NewItem),
    /// The list gets one more item before the one at the path.
    Insert(String),
    /// The value becomes this one; it is made if there is none.
    Set(NewValue),
    /// The single value becomes a list of these.
    List(Vec<String>),
    /// The key is removed with its value.
    RemoveKey,
    /// The item is removed; a single item of a branch becomes an empty list.
    Remove,
}

/// An item to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NewItem {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Keys and values.
    Map(Vec<(&'static str, NewItem)>),
}

impl From<&str> for NewItem {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl NewItem {
    fn node(&self) -> Node {
        match self {
            Self::Text(text) => scalar(text),
            Self::List(items) => list(items),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| Entry { key: plain(key), value: value.node() });
                Node::Mapping(Mapping { entries: entries.collect(), span: Span::default() })
            }
        }
    }
}

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewValue {
    pub(super) text: String,
    /// Whether it has to stay text where the format would take it for a number or a bool.
    pub(super) is_text: bool,
    /// Whether it may stay in the quotes of the old value, because its field reads quoted and plain values alike.
    pub(super) keeps_quotes: bool,
}

impl From<&EditValue> for NewValue {
    fn from(value: &EditValue) -> Self {
        match value {
            EditValue::Bool(value) => Self { text: value.to_string(), is_text: false, keeps_quotes: false },
            EditValue::Integer(value) => Self { text: value.to_string(), is_text: false, keeps_quotes: false },
            EditValue::Text(text) => Self { text: text.clone(), is_text: true, keeps_quotes: true },
        }
    }
}

impl Change {
    /// The tree after the change.
    pub(super) fn applied(&self, mut root: Node) -> Result<Node, EditError> {
        let (last, parents) = match self.path.split_last() {
            Some(split) => split,
            None => return Err(impossible()),
        };
        let mut node = &mut root;
        for step in parents {
            node = child(node, step)?;
        }
        match (&self.goal, last) {
            (Goal::Remove, Step::Index(index)) => match node {
                Node::Sequence(sequence) if *index < sequence.items.len() => drop(sequence.items.remove(*index)),
                _ => return Err(impossible()),
            },
            (Goal::Remove, Step::Key(_)) => *child(node, last)? = empty_list(),
            (Goal::RemoveKey, Step::Key(key)) => match node {
                Node::Mapping(mapping) => mapping.entries.retain(|entry| entry.key.text != *key),
                _ => return Err(impossible()),
            },
            (Goal::Insert(text), Step::Index(index)) => match node {
                Node::Sequence(sequence) if *index < sequence.items.len() => {
                    sequence.items.insert(*index, scalar(text));
                }
                _ => return Err(impossible()),
            },
            (Goal::RemoveKey, Step::Index(_)) | (Goal::Insert(_), Step::Key(_)) => return Err(impossible()),
            (Goal::Set(value), _) => *child(node, last)? = scalar(&value.text),
            (Goal::List(items), _) => *child(node, last)? = list(items),
            (Goal::Append(item), _) => {
                let list = child(node, last)?;
                if is_null(list) {
                    *list = empty_list();
                }
                match list {
                    Node::Sequence(sequence) => sequence.items.push(item.node()),
                    _ => return Err(EditError::not_safe("expected a list")),
                }
            }
        }
        Ok(root)
    }
}

/// The child of a node; missing keys are added.
fn child<'n>(node: &'n mut Node, step: &Step) -> Result<&'n mut Node, EditError> {
    if is_null(node) && matches!(step, Step::Key(_)) {
        *node = Node::Mapping(Mapping { entries: Vec::new(), span: Span::default() });
    }
    match (node, step) {
        (Node::Sequence(sequence), Step::Index(index)) => sequence.items.get_mut(*index).ok_or_else(impossible),
        (Node::Mapping(mapping), Step::Key(key)) => {
            let found = mapping.entries.iter().position(|entry| entry.key.text == *key);
            let index = found.unwrap_or(mapping.entries.len());
            if found.is_none() {
                mapping.entries.push(Entry { key: plain(key), value: scalar("") });
            }
            mapping.entries.get_mut(index).map(|entry| &mut entry.value).ok_or_else(impossible)
        }
        _ => Err(EditError::not_safe("expected a mapping or a list")),
    }
}

/// Whether two trees say the same: places and quotes do not count, nor the order of keys.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Scalar(a), Node::Scalar(b)) => a.text == b.text,
        (Node::Sequence(a), Node::Sequence(b)) => {
            a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| same(a, b))
        }
        (Node::Mapping(a), Node::Mapping(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries.iter().all(|entry| b.get(&entry.key.text).is_some_and(|value| same(&entry.value, value)))
        }
        _ => false,
    }
}

/// Whether a node is a missing value.
pub(super) fn is_null(node: &Node) -> bool {
    matches!(node, Node::Scalar(scalar) if scalar.plain && scalar.is_null())
}

fn scalar(text: &str) -> Node {
    Node::Scalar(plain(text))
}

fn plain(text: &str) -> Scalar {
    Scalar { text: text.to_owned(), plain: true, span: Span::default() }
}

fn list(items: &[String]) -> Node {
    Node::Sequence(Sequence { items: items.iter().map(|item| scalar(item)).collect(), span: Span::default() })
}

fn empty_list() -> Node {
    Node::Sequence(Sequence { items: Vec::new(), span: Span::default() })
}

fn impossible() -> EditError {
    EditError::path_not_found()
}
