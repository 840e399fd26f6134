//! Values of old recipes → values of new ones: templates, conditions, comments and quotes.

use super::emit::{self, Item, Out, joined};
use super::expr::Expr;
use super::fold::truth;
use super::notes::{Note, Notes};
use super::selector::comment_start;
use super::template::{END_MARK, MARK};
use super::translate::{Names, Translator};
use super::tree::{Document, Entry, Kind, Node, Style};

/// Widest line of a folded text.
const WIDTH: usize = 100;

/// Converts one recipe.
pub(super) struct Converter<'d, 't> {
    pub(super) document: &'d Document,
    /// What marks stand for, with their lines.
    pub(super) expressions: Vec<(Expr, usize)>,
    pub(super) names: Names,
    pub(super) notes: Notes<'t>,
    /// Names of the files next to the recipe.
    pub(super) files: &'d [String],
    /// Whether the recipe uses `compiler()`: then build and host are two environments.
    pub(super) uses_compilers: bool,
}

/// A part of a text.
pub(super) enum Part {
    Text(String),
    Expr(Expr),
}

impl Converter<'_, '_> {
    /// The number of a line in the old recipe.
    pub(super) fn number(&self, line: usize) -> usize {
        self.document.lines.get(line).map_or(0, |line| line.number)
    }

    /// Adds a diagnostic about a line of the document.
    pub(super) fn note(&mut self, note: Note, line: usize, message: impl Into<String>, help: Option<&str>) {
        let number = self.number(line);
        self.notes.add(note, number, message, help);
    }

    /// A v1 expression.
    pub(super) fn translate(&mut self, expr: Expr, number: usize) -> Expr {
        Translator { names: &self.names, notes: &mut self.notes, line: number }.expr(expr)
    }

    /// When a line is there, without what is known already where its value is written.
    pub(super) fn conditions(&mut self, line: usize, known: &[Expr]) -> Vec<Expr> {
        let Some(old) = self.document.lines.get(line) else { return Vec::new() };
        let number = old.number;
        let mut conditions = Vec::new();
        for expr in old.conditions.clone() {
            let condition = Translator { names: &self.names, notes: &mut self.notes, line: number }.condition(expr);
            let always = truth(&condition) == Some(true);
            if !always && !known.contains(&condition) && !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        without_implied(conditions)
    }

    /// Comment lines before a line.
    pub(super) fn lead(&self, line: usize) -> Vec<String> {
        self.document.lead.get(&line).cloned().unwrap_or_default()
    }

    /// The comment behind a value that ends on its first line.
    pub(super) fn trail(&self, node: &Node) -> Option<String> {
        if matches!(node.kind, Kind::Scalar(_, Style::Literal | Style::Folded)) || node.last_line != node.line {
            return None;
        }
        let text = &self.document.lines.get(node.line)?.text;
        let start = comment_start(text)?;
        // Behind `[a, b]` the comment is about the list, whose items have lines of their own now.
        if text[..start].trim_end().ends_with([']', '}']) {
            return None;
        }
        let comment = text[start..].trim();
        (!comment.contains(MARK)).then(|| comment.to_owned())
    }

    /// A text, split at its marks.
    pub(super) fn parts(&mut self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(MARK) {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let after = &rest[open + MARK.len_utf8()..];
            let Some(close) = after.find(END_MARK) else { break };
            let found = after[..close].parse::<usize>().ok().and_then(|index| self.expressions.get(index)).cloned();
            if let Some((expr, number)) = found {
                parts.push(match self.translate(expr, number) {
                    Expr::Text(text, _) => Part::Text(text),
                    Expr::Number(number) => Part::Text(number),
                    expr => Part::Expr(expr),
                });
            }
            rest = &after[close + END_MARK.len_utf8()..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        parts
    }

    /// A text with `${{ }}` for its marks.
    pub(super) fn text(&mut self, text: &str) -> String {
        let mut out = String::new();
        for part in self.parts(text) {
            match part {
                Part::Text(text) => out.push_str(&text),
                Part::Expr(expr) => {
                    out.push_str("${{ ");
                    out.push_str(&expr.print());
                    out.push_str(" }}");
                }
            }
        }
        out
    }

    /// A text as an expression: `a-{{ b }}` → `"a-" ~ b`.
    pub(super) fn text_expr(&mut self, text: &str) -> Expr {
        let mut parts = self.parts(text).into_iter().map(|part| match part {
            Part::Text(text) => Expr::text(text),
            Part::Expr(expr) => expr,
        });
        let first = parts.next().unwrap_or_else(|| Expr::text(""));
        parts.fold(first, |left, right| Expr::Binary("~", Box::new(left), Box::new(right)))
    }

    /// A scalar with its style.
    pub(super) fn scalar(&mut self, node: &Node) -> Out {
        let Kind::Scalar(raw, style) = &node.kind else {
            self.note(Note::NeedsReview, node.line, "expected a single value", None);
            return Out::Scalar(String::new());
        };
        if node.is_null() {
            return Out::Scalar(String::new());
        }
        let text = self.text(raw);
        self.styled(&text, *style)
    }

    pub(super) fn styled(&mut self, text: &str, style: Style) -> Out {
        let content = text.trim_end_matches('\n');
        let lines: Vec<&str> = content.split('\n').collect();
        let indented = lines.iter().any(|line| line.starts_with([' ', '\t']));
        match style {
            Style::Literal | Style::Folded if content.is_empty() => Out::Scalar("\"\"".to_owned()),
            Style::Folded if !indented => {
                let mut folded = Vec::new();
                for (index, paragraph) in lines.iter().enumerate() {
                    if index > 0 && !paragraph.is_empty() {
                        folded.push(String::new());
                    }
                    wrap(paragraph, &mut folded);
                }
                Out::Block(">".to_owned(), folded)
            }
            Style::Literal | Style::Folded if !lines.first().is_some_and(|line| line.starts_with([' ', '\t'])) => {
                let header = if text.ends_with('\n') || style == Style::Folded { "|" } else { "|-" };
                Out::Block(header.to_owned(), lines.into_iter().map(|line| line.trim_end().to_owned()).collect())
            }
            // Old recipes are read with all values as text; plain words may be a bool in v1 and mean the same.
            _ => Out::text(text),
        }
    }

    /// The items of a list, or of a single value, with the conditions of their lines.
    pub(super) fn list(
        &mut self,
        node: &Node,
        known: &[Expr],
        convert: &mut dyn FnMut(&mut Self, &Node) -> Option<Out>,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        self.collect(node, known, convert, &mut items);
        items
    }

    fn collect(
        &mut self,
        node: &Node,
        known: &[Expr],
        convert: &mut dyn FnMut(&mut Self, &Node) -> Option<Out>,
        items: &mut Vec<Item>,
    ) {
        match &node.kind {
            _ if node.is_null() => {}
            Kind::List(nodes) => nodes.iter().for_each(|node| self.collect(node, known, convert, items)),
            _ => {
                let conditions = self.conditions(node.line, known);
                if truth(&joined(&conditions)) == Some(false) && !conditions.is_empty() {
                    return;
                }
                if let Some(value) = convert(self, node) {
                    let (lead, trail) = match value {
                        Out::Map(_) => (Vec::new(), None),
                        _ => (self.lead(node.line), self.trail(node)),
                    };
                    items.push(Item { conditions, value, lead, trail });
                }
            }
        }
    }

    /// The items of all entries of a key, each under the condition of its key.
    pub(super) fn lists(
        &mut self,
        entries: &[&Entry],
        known: &[Expr],
        convert: &mut dyn FnMut(&mut Self, &Node) -> Option<Out>,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for entry in entries {
            let outer = self.conditions(entry.line, known);
            let inner_known: Vec<Expr> = known.iter().chain(&outer).cloned().collect();
            for mut item in self.list(&entry.value, &inner_known, convert) {
                let mut conditions = outer.clone();
                conditions.append(&mut item.conditions);
                if item.lead.is_empty() {
                    // The comment before a key whose value is on the same line.
                    item.lead = if entry.value.line == entry.line { Vec::new() } else { item.lead };
                }
                items.push(Item { conditions, ..item });
            }
        }
        items
    }

    /// Items that are plain texts.
    pub(super) fn texts(&mut self, entries: &[&Entry], known: &[Expr]) -> Vec<Item> {
        self.lists(entries, known, &mut |this, node| this.plain(node))
    }

    /// One text. A mapping is a text with a colon that was not quoted, such as `- echo: it`.
    pub(super) fn plain(&mut self, node: &Node) -> Option<Out> {
        match &node.kind {
            Kind::Scalar(..) => Some(self.scalar(node)),
            Kind::Map(entries) => {
                let [entry] = entries.as_slice() else {
                    self.note(Note::NeedsReview, node.line, "expected a single value, found a mapping", None);
                    return None;
                };
                let value = entry.value.scalar().unwrap_or_default().to_owned();
                let text = self.text(&format!("{}: {value}", entry.key));
                Some(Out::Scalar(emit::scalar(&text)))
            }
            Kind::List(_) => None,
        }
    }

    /// The value of a key that takes one value, from all its entries: alternatives become one template.
    pub(super) fn single(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Out> {
        let given: Vec<&&Entry> = entries.iter().filter(|entry| !entry.value.is_null()).collect();
        if let [only] = given.as_slice()
            && self.conditions(only.line, known).is_empty()
        {
            return Some(match &only.value.kind {
                Kind::List(items) if items.len() == 1 => self.scalar(&items[0]),
                _ => self.scalar(&only.value),
            });
        }
        let mut value: Option<Expr> = None;
        for entry in given {
            let text = match &entry.value.kind {
                Kind::Scalar(text, _) => text.trim_end().to_owned(),
                Kind::List(items) => match items.first().and_then(Node::scalar) {
                    Some(text) => text.to_owned(),
                    None => continue,
                },
                Kind::Map(_) => continue,
            };
            let new = match self.text_expr(&text) {
                Expr::Text(text, _) if matches!(text.to_ascii_lowercase().as_str(), "true" | "false") => {
                    Expr::Name(text.to_ascii_lowercase())
                }
                new => new,
            };
            let conditions = self.conditions(entry.line, known);
            value = Some(if conditions.is_empty() { new } else { alternative(new, joined(&conditions), value) });
        }
        value.map(|value| match value {
            Expr::Text(text, _) => Out::text(&text),
            value => Out::text(&format!("${{{{ {} }}}}", value.print())),
        })
    }
}

/// Conditions without those that follow from others: `linux` is always `unix`, and never `win`.
fn without_implied(mut conditions: Vec<Expr>) -> Vec<Expr> {
    let is = |expr: &Expr, names: &[&str]| matches!(expr, Expr::Name(name) if names.contains(&name.as_str()));
    if conditions.iter().any(|condition| is(condition, &["linux", "osx"])) {
        conditions.retain(|condition| !is(condition, &["unix"]));
    }
    if conditions.iter().any(|condition| is(condition, &["linux", "osx", "unix"])) {
        conditions.retain(|condition| !matches!(condition, Expr::Not(inner) if is(inner, &["win"])));
    }
    if conditions.iter().any(|condition| is(condition, &["win"])) {
        conditions.retain(|condition| !matches!(condition, Expr::Not(inner) if is(inner, &["unix", "linux", "osx"])));
    }
    conditions
}

/// `new if condition else before`.
pub(super) fn alternative(new: Expr, condition: Expr, before: Option<Expr>) -> Expr {
    let unless = |before: &Expr| match before {
        // What comes before was itself conditional, and this is the opposite.
        Expr::If(value, other, _) => is_opposite(&condition, other).then(|| (**value).clone()),
        _ => None,
    };
    let otherwise = match before {
        None => Expr::text(""),
        Some(before) => unless(&before).unwrap_or(before),
    };
    Expr::If(Box::new(new), Box::new(condition), Some(Box::new(otherwise)))
}

/// Whether exactly one of two conditions holds.
pub(super) fn is_opposite(a: &Expr, b: &Expr) -> bool {
    let is = |expr: &Expr, wanted: &str| matches!(expr, Expr::Name(name) if name == wanted);
    a.clone().negated() == *b
        || b.clone().negated() == *a
        || (is(a, "win") && is(b, "unix"))
        || (is(a, "unix") && is(b, "win"))
}

fn wrap(paragraph: &str, lines: &mut Vec<String>) {
    let mut current = String::new();
    for word in paragraph.split(' ') {
        if !current.is_empty() && current.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::take(&mut current));
        } else if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
}
