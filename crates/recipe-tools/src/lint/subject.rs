//! A recipe as rules see it: its text, its tree, and views of its outputs.

use sidewinder_recipe::diagnostic::Diagnostic;
use sidewinder_recipe::stage0::{self, Stage0};
use sidewinder_recipe::yaml::{self, Entry, Mapping, Node, Scalar};

use super::LintOptions;
use super::items::{Item, items};

/// A recipe that rules are applied to.
pub(super) struct Subject<'t> {
    pub(super) text: &'t str,
    pub(super) root: Mapping,
    /// Absent where an error leaves nothing.
    pub(super) stage0: Option<Stage0>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) options: &'t LintOptions,
}

/// The recipe's package, or one of its outputs.
#[derive(Clone, Copy)]
pub(super) struct Output<'s> {
    pub(super) mapping: &'s Mapping,
    /// The top level, where this is one of several outputs.
    pub(super) parent: Option<&'s Mapping>,
    pub(super) is_staging: bool,
}

impl<'t> Subject<'t> {
    /// Reads a text; `None` if it is not a recipe, such as a variant file next to it.
    pub(super) fn read(text: &'t str, options: &'t LintOptions) -> Option<Self> {
        let (root, yaml_problems) = yaml::parse(text);
        let Some(Node::Mapping(root)) = root else { return None };
        // Every recipe has one of these; an empty text has none yet.
        let is_recipe = ["package", "recipe", "outputs"].iter().any(|key| root.get(key).is_some());
        if yaml_problems.has_errors() || !is_recipe {
            return None;
        }
        let (stage0, diagnostics) = stage0::parse(text, options.repodata_revision);
        Some(Self { text, root, stage0, diagnostics: diagnostics.into_sorted(), options })
    }

    /// The package, or all outputs in file order, staging outputs included.
    pub(super) fn outputs(&self) -> Vec<Output<'_>> {
        match self.root.get("outputs") {
            None => vec![Output { mapping: &self.root, parent: None, is_staging: false }],
            Some(Node::Sequence(outputs)) => outputs
                .items
                .iter()
                .filter_map(|item| match item {
                    Node::Mapping(mapping) => {
                        Some(Output { mapping, parent: Some(&self.root), is_staging: mapping.get("staging").is_some() })
                    }
                    _ => None,
                })
                .collect(),
            Some(_) => Vec::new(),
        }
    }

    /// The outputs that become packages.
    pub(super) fn packages(&self) -> Vec<Output<'_>> {
        self.outputs().into_iter().filter(|output| !output.is_staging).collect()
    }

    /// Whether the recipe is for WebAssembly, where some conventions of other platforms do not hold.
    pub(super) fn is_for_wasm(&self) -> bool {
        self.options.target_platform.as_deref().is_some_and(|platform| platform.ends_with("-wasm32"))
    }

    /// Whether the recipe has several outputs.
    pub(super) fn is_multi(&self) -> bool {
        self.root.get("outputs").is_some()
    }

    /// The variables of `context`.
    pub(super) fn context(&self) -> &[Entry] {
        self.root.get("context").and_then(as_mapping).map_or(&[], |context| &context.entries)
    }

    /// All mappings that are sources, of the top level and of outputs.
    pub(super) fn sources(&self) -> Vec<&Mapping> {
        let own = self.root.get("source").into_iter();
        let of_outputs = self.outputs().into_iter().filter(|output| output.parent.is_some());
        let of_outputs = of_outputs.filter_map(|output| output.mapping.get("source"));
        let mut found = Vec::new();
        own.chain(of_outputs).for_each(|node| collect_sources(node, &mut found));
        found
    }

    /// All scalars of the recipe, keys excluded.
    pub(super) fn scalars(&self) -> Vec<&Scalar> {
        let mut found = Vec::new();
        self.root.entries.iter().for_each(|entry| collect_scalars(&entry.value, &mut found));
        found
    }

    /// The texts of all expressions: templates, conditions, and items of `skip`.
    pub(super) fn expressions(&self) -> Vec<&Scalar> {
        let mut found: Vec<&Scalar> = self.scalars().into_iter().filter(|scalar| scalar.text.contains("${{")).collect();
        conditions(&self.root, &mut found);
        found
    }
}

impl<'s> Output<'s> {
    /// The name, as written.
    pub(super) fn name(&self) -> Option<&'s Scalar> {
        let key = if self.is_staging { "staging" } else { "package" };
        self.mapping.get(key).and_then(as_mapping)?.get("name").and_then(as_scalar)
    }

    /// How messages name it: the recipe itself has no name.
    pub(super) fn title(&self) -> String {
        match (self.parent, self.name()) {
            (Some(_), Some(name)) => format!("output `{}`", name.text),
            (Some(_), None) => "the output".to_owned(),
            (None, _) => "the recipe".to_owned(),
        }
    }

    /// A section of its own, such as `build`.
    pub(super) fn section(&self, name: &str) -> Option<&'s Mapping> {
        self.mapping.get(name).and_then(as_mapping)
    }

    /// A value in `build`, of its own or inherited from the top level.
    pub(super) fn build_value(&self, key: &str) -> Option<&'s Node> {
        let own = self.section("build").and_then(|build| build.get(key));
        own.or_else(|| self.parent?.get("build").and_then(as_mapping)?.get(key))
    }

    /// `python` or `generic`, where that is a literal.
    pub(super) fn noarch(&self) -> Option<&'s Scalar> {
        let scalar = self.build_value("noarch").and_then(as_scalar)?;
        matches!(scalar.text.as_str(), "python" | "generic").then_some(scalar)
    }

    /// Whether `noarch` is absent, rather than a template that may give anything.
    pub(super) fn is_arch(&self) -> bool {
        self.build_value("noarch").is_none()
    }

    /// The dependencies of a section, those in branches of conditions included.
    pub(super) fn requirements(&self, section: &str) -> Vec<Item<'s>> {
        self.section("requirements").and_then(|requirements| requirements.get(section)).map(items).unwrap_or_default()
    }
}

pub(super) fn as_mapping(node: &Node) -> Option<&Mapping> {
    match node {
        Node::Mapping(mapping) => Some(mapping),
        _ => None,
    }
}

pub(super) fn as_scalar(node: &Node) -> Option<&Scalar> {
    match node {
        Node::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

/// Entry of a mapping.
pub(super) fn entry<'m>(mapping: &'m Mapping, key: &str) -> Option<&'m Entry> {
    mapping.entries.iter().find(|entry| entry.key.text == key)
}

fn collect_sources<'s>(node: &'s Node, found: &mut Vec<&'s Mapping>) {
    match node {
        Node::Scalar(_) => {}
        Node::Sequence(list) => list.items.iter().for_each(|item| collect_sources(item, found)),
        Node::Mapping(mapping) if mapping.get("if").is_some() => {
            ["then", "else"].iter().filter_map(|key| mapping.get(key)).for_each(|node| collect_sources(node, found));
        }
        Node::Mapping(mapping) => found.push(mapping),
    }
}

fn collect_scalars<'s>(node: &'s Node, found: &mut Vec<&'s Scalar>) {
    match node {
        Node::Scalar(scalar) => found.push(scalar),
        Node::Sequence(list) => list.items.iter().for_each(|item| collect_scalars(item, found)),
        Node::Mapping(mapping) => mapping.entries.iter().for_each(|entry| collect_scalars(&entry.value, found)),
    }
}

/// Conditions of `if`, and everything in `skip`.
fn conditions<'s>(mapping: &'s Mapping, found: &mut Vec<&'s Scalar>) {
    for entry in &mapping.entries {
        match (entry.key.text.as_str(), &entry.value) {
            ("if", Node::Scalar(scalar)) => found.push(scalar),
            ("skip", node) => collect_scalars(node, found),
            (_, node) => conditions_in(node, found),
        }
    }
}

fn conditions_in<'s>(node: &'s Node, found: &mut Vec<&'s Scalar>) {
    match node {
        Node::Scalar(_) => {}
        Node::Sequence(list) => list.items.iter().for_each(|item| conditions_in(item, found)),
        Node::Mapping(mapping) => conditions(mapping, found),
    }
}
