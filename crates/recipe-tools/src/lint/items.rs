//! Lists of dependencies, flattened, and what single dependencies are.

use sidewinder_recipe::yaml::{Node, Scalar};

/// A dependency with the conditions that it depends on.
#[derive(Clone)]
pub(super) struct Item<'s> {
    pub(super) scalar: &'s Scalar,
    /// Conditions from the outside in.
    pub(super) conditions: Vec<&'s Scalar>,
    /// Which branch of which lists it is in: items of one branch share it.
    pub(super) branch: Vec<(usize, bool)>,
}

impl<'s> Item<'s> {
    /// The text as written.
    pub(super) fn text(&self) -> &'s str {
        &self.scalar.text
    }

    /// The package's name in lower case, where it is a literal.
    pub(super) fn name(&self) -> Option<String> {
        package_name(self.text())
    }

    /// Whether the text has more than a name.
    pub(super) fn has_constraint(&self) -> bool {
        self.name().is_some_and(|name| self.text().trim().len() > name.len())
    }

    /// Whether it holds on all platforms and for all variants.
    pub(super) fn is_unconditional(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The argument of a call such as `compiler('c')`, where the item is nothing but that.
    pub(super) fn call(&self, function: &str) -> Option<&'s str> {
        call_argument(self.text(), function)
    }
}

/// The items of a list, those in branches included.
pub(super) fn items(list: &Node) -> Vec<Item<'_>> {
    let mut found = Vec::new();
    collect(list, &Item { scalar: EMPTY, conditions: Vec::new(), branch: Vec::new() }, &mut found);
    found
}

static EMPTY: &Scalar =
    &Scalar { text: String::new(), plain: true, span: sidewinder_recipe::Span { start: 0, end: 0 } };

fn collect<'s>(node: &'s Node, place: &Item<'s>, found: &mut Vec<Item<'s>>) {
    match node {
        Node::Scalar(scalar) => found.push(Item { scalar, ..place.clone() }),
        Node::Sequence(list) => list.items.iter().for_each(|item| collect(item, place, found)),
        Node::Mapping(mapping) => {
            let Some(Node::Scalar(condition)) = mapping.get("if") else { return };
            for (key, holds) in [("then", true), ("else", false)] {
                if let Some(branch) = mapping.get(key) {
                    let mut inner = place.clone();
                    inner.conditions.push(condition);
                    inner.branch.push((mapping.span.start as usize, holds));
                    collect(branch, &inner, found);
                }
            }
        }
    }
}

/// The name of a match spec in lower case; `None` where it is not a literal.
pub(super) fn package_name(spec: &str) -> Option<String> {
    let spec = spec.trim();
    let spec = spec.rsplit_once("::").map_or(spec, |(_, rest)| rest);
    let end = spec.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(spec.len());
    let (name, rest) = spec.split_at(end);
    // `python${{ suffix }}`: the template is part of the name.
    let is_whole = !name.is_empty() && !rest.starts_with('$') && !rest.starts_with('*');
    is_whole.then(|| name.to_ascii_lowercase())
}

/// The literal argument of `${{ function('argument') }}`.
pub(super) fn call_argument<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let arguments = inner.strip_prefix(function)?.trim_start().strip_prefix('(')?.trim_start();
    quoted(arguments)
}

/// The content of the quoted text that another one begins with.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.get(1..)?.split(quote).next()
}
