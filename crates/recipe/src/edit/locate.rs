//! Where in the tree an edit goes.

use serde::{Deserialize, Serialize};

use super::EditError;
use crate::stage0::Dependency;
use crate::template::Template;
use crate::yaml::{Mapping, Node};

/// Keys and indexes from the root of the tree.
pub(super) type Path = Vec<Step>;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

/// A list of dependencies in `requirements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RequirementSection"))]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// `build`.
    Build,
    /// `host`.
    Host,
    /// `run`.
    Run,
    /// `run_constraints`.
    RunConstraints,
}

impl Section {
    /// The key in `requirements`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Host => "host",
            Self::Run => "run",
            Self::RunConstraints => "run_constraints",
        }
    }
}

/// A list of dependencies of a script test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TestSection {
    /// `build`: tools for the build platform.
    Build,
    /// `run`.
    Run,
}

impl TestSection {
    /// The key in the `requirements` of the test.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Run => "run",
        }
    }
}

/// A path that goes on with these keys; a number is an item where there is a list.
pub(super) fn steps(root: &Node, mut path: Path, keys: &[String]) -> Path {
    for key in keys {
        let step = match (get(root, &path), key.parse()) {
            (Some(Node::Sequence(_)), Ok(index)) => Step::Index(index),
            _ => key.as_str().into(),
        };
        path.push(step);
    }
    path
}

/// The mapping of an output, or the root.
pub(super) fn output(root: &Node, name: Option<&str>) -> Result<Path, EditError> {
    let Some(name) = name else { return Ok(Vec::new()) };
    let missing = || EditError::missing(format!("no output has the literal name `{name}`"));
    let Node::Mapping(mapping) = root else { return Err(missing()) };
    let Some(Node::Sequence(outputs)) = mapping.get("outputs") else {
        return if named(mapping, name) { Ok(Vec::new()) } else { Err(missing()) };
    };
    let found = outputs.items.iter().position(|item| matches!(item, Node::Mapping(output) if named(output, name)));
    Ok(vec!["outputs".into(), Step::Index(found.ok_or_else(missing)?)])
}

fn named(output: &Mapping, name: &str) -> bool {
    ["package", "staging"].iter().any(|key| match output.get(key) {
        Some(Node::Mapping(part)) => matches!(part.get("name"), Some(Node::Scalar(found)) if found.text == name),
        _ => false,
    })
}

/// Where the version of an output, or of the recipe, is written: where `package.version` is nothing but a variable of
/// `context`, there.
pub(super) fn version(root: &Node, output_name: Option<&str>) -> Result<Path, EditError> {
    let mut path = output(root, output_name)?;
    let is_multi = matches!(root, Node::Mapping(mapping) if mapping.get("outputs").is_some());
    path.extend([if output_name.is_none() && is_multi { "recipe" } else { "package" }.into(), "version".into()]);
    let Some(Node::Scalar(scalar)) = get(root, &path) else { return Ok(path) };
    if !Template::is_template(&scalar.text) {
        return Ok(path);
    }
    let text = scalar.text.trim();
    let variable = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim).unwrap_or_default();
    let in_context: Path = vec!["context".into(), variable.into()];
    match get(root, &in_context) {
        Some(Node::Scalar(value)) if !Template::is_template(&value.text) => Ok(in_context),
        _ => Err(EditError::not_safe(format!("the version is worked out by `{text}`; set what it is made of"))),
    }
}

/// The mapping of a source.
pub(super) fn source(root: &Node, output_name: Option<&str>, index: usize) -> Result<Path, EditError> {
    nth_mapping(root, output_name, "source", index)
}

/// The mapping of a test.
pub(super) fn test(root: &Node, output_name: Option<&str>, index: usize) -> Result<Path, EditError> {
    nth_mapping(root, output_name, "tests", index)
}

fn nth_mapping(root: &Node, output_name: Option<&str>, key: &str, index: usize) -> Result<Path, EditError> {
    let mut path = output(root, output_name)?;
    path.push(key.into());
    let mut left = index;
    let found =
        get(root, &path).and_then(|node| leaf(node, &path, &mut left, &mut |node| matches!(node, Node::Mapping(_))));
    let what = key.trim_end_matches('s');
    found.ok_or_else(|| EditError::missing(format!("{what} {index} not found")))
}

/// The paths of all scalars in a value, in order, those in branches of conditions included.
pub(super) fn scalars(root: &Node, at: &Path) -> Vec<Path> {
    let Some(node) = get(root, at) else { return Vec::new() };
    let mut found = Vec::new();
    collect_scalars(node, at, &mut found);
    found
}

fn collect_scalars(node: &Node, at: &Path, found: &mut Vec<Path>) {
    let with = |step: Step| at.iter().cloned().chain([step]).collect::<Path>();
    match node {
        Node::Scalar(_) => found.push(at.clone()),
        Node::Sequence(sequence) => {
            for (index, item) in sequence.items.iter().enumerate() {
                collect_scalars(item, &with(Step::Index(index)), found);
            }
        }
        Node::Mapping(mapping) => {
            let is_condition = mapping.get("if").is_some();
            for entry in &mapping.entries {
                if !(is_condition && entry.key.text == "if") {
                    collect_scalars(&entry.value, &with(entry.key.text.as_str().into()), found);
                }
            }
        }
    }
}

/// The first item of a list, in any branch, whose text is wanted.
pub(super) fn item(root: &Node, list: Path, wanted: &dyn Fn(&str) -> bool) -> Option<Path> {
    let node = get(root, &list)?;
    let mut first = 0;
    leaf(node, &list, &mut first, &mut |node| matches!(node, Node::Scalar(scalar) if wanted(&scalar.text)))
}

/// The path of one of the leaves of a list with conditions: the `left`th that is wanted.
fn leaf(node: &Node, path: &Path, left: &mut usize, wanted: &mut dyn FnMut(&Node) -> bool) -> Option<Path> {
    let with = |step: Step| {
        let mut longer = path.clone();
        longer.push(step);
        longer
    };
    match node {
        Node::Sequence(sequence) => {
            let mut items = sequence.items.iter().enumerate();
            items.find_map(|(index, item)| leaf(item, &with(Step::Index(index)), left, wanted))
        }
        Node::Mapping(mapping) if mapping.get("if").is_some() => {
            ["then", "else"].iter().find_map(|key| leaf(mapping.get(key)?, &with((*key).into()), left, wanted))
        }
        other if wanted(other) => {
            if *left == 0 {
                return Some(path.clone());
            }
            *left -= 1;
            None
        }
        _ => None,
    }
}

/// Whether a literal match spec has a name.
pub(super) fn is_named(spec: &str, name: &str) -> bool {
    Dependency::parse_name(spec, Default::default()).is_ok_and(|found| found.eq_ignore_ascii_case(name))
}

/// The node at the end of a path.
pub(super) fn get<'n>(root: &'n Node, path: &[Step]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, step| match (node, step) {
        (Node::Mapping(mapping), Step::Key(key)) => mapping.get(key),
        (Node::Sequence(sequence), Step::Index(index)) => sequence.items.get(*index),
        _ => None,
    })
}
