//! Runs the Jinja statements of a `meta.yaml`: `set` becomes variables, `if` becomes conditions of lines, `for` over
//! literal lists is unrolled. What is left are lines of YAML with marks for the `{{ }}` in them.

use std::collections::HashMap;

use super::expr::Expr;
use super::expr_parse::{parse, parse_assignment, parse_loop};
use super::fold::{fold, truth};
use super::notes::{Note, Notes};
use super::selector;

/// Encloses the number of an expression in a text. Private use, so no recipe has them.
pub(super) const MARK: char = '\u{e000}';
/// Ends a mark.
pub(super) const END_MARK: char = '\u{e001}';

/// Most lines that loops may make of a recipe.
const MAX_LINES: usize = 100_000;

/// A line of YAML.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// With marks in place of `{{ }}`, and without its selector.
    pub(super) text: String,
    /// Its number in the old recipe, from 0.
    pub(super) number: usize,
    /// When the line is there: all of them hold. Old expressions.
    pub(super) conditions: Vec<Expr>,
}

/// `{% set name = value %}`.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: Expr,
    pub(super) conditions: Vec<Expr>,
    pub(super) line: usize,
}

/// What is left of a `meta.yaml` once its statements have run.
#[derive(Debug, Default)]
pub(super) struct Template {
    pub(super) lines: Vec<Line>,
    pub(super) assignments: Vec<Assignment>,
    /// The expressions that marks stand for, with their lines.
    pub(super) expressions: Vec<(Expr, usize)>,
}

/// A part of the text.
#[derive(Clone, Debug)]
enum Node {
    Text(String, usize),
    Output(String, usize),
    Set(String, usize),
    /// Conditions with their branches; the last may be `else`.
    If(Vec<(Option<String>, Vec<Node>)>, usize),
    For(String, Vec<Node>, usize),
    /// A statement that is not supported.
    Other(String, usize),
}

/// Reads a `meta.yaml` and runs its statements.
pub(super) fn run(text: &str, notes: &mut Notes<'_>) -> Template {
    let pieces = pieces(text, notes);
    let mut at = 0;
    let mut nodes = Vec::new();
    while at < pieces.len() {
        nodes.extend(block(&pieces, &mut at, &mut None, notes));
        // An `endif` or `else` without `if`.
        if let Some(Piece::Statement(statement, line)) = pieces.get(at) {
            notes.add(Note::InvalidMetaYaml, *line, format!("`{statement}` without a matching statement"), None);
            at += 1;
        }
    }
    let mut runner = Runner {
        notes,
        out: Template::default(),
        conditions: Vec::new(),
        bound: Vec::new(),
        line: None,
        pending: Vec::new(),
        has_statement: false,
    };
    runner.nodes(&nodes);
    runner.flush();
    runner.out
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String, usize),
    Output(String, usize),
    Statement(String, usize),
}

/// Splits a text at its delimiters. Comment lines are text: conda-build removes them before Jinja sees them.
fn pieces(text: &str, notes: &mut Notes<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut current = String::new();
    let mut line = 0;
    let mut start_line = 0;
    let mut rest = text;
    let mut line_start = true;
    while !rest.is_empty() {
        if line_start && rest.trim_start_matches([' ', '\t']).starts_with('#') {
            let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
            current.push_str(&rest[..end]);
            line += 1;
            rest = &rest[end..];
            continue;
        }
        line_start = false;
        let delimiters = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
        if let Some((open, close)) = delimiters.into_iter().find(|(open, _)| rest.starts_with(open)) {
            let Some(length) = end_of(&rest[2..], close) else {
                notes.add(Note::InvalidMetaYaml, line, format!("`{open}` without `{close}`"), None);
                current.push_str(&rest[..2]);
                rest = &rest[2..];
                continue;
            };
            let inner = rest[2..2 + length].trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim();
            if open != "{#" {
                if !current.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut current), start_line));
                }
                pieces.push(match open {
                    "{{" => Piece::Output(inner.to_owned(), line),
                    _ => Piece::Statement(inner.to_owned(), line),
                });
            }
            let whole = &rest[..length + 4];
            line += whole.matches('\n').count();
            start_line = line;
            rest = &rest[whole.len()..];
            continue;
        }
        let c = rest.chars().next().unwrap_or_default();
        if current.is_empty() {
            start_line = line;
        }
        current.push(c);
        if c == '\n' {
            line += 1;
            line_start = true;
        }
        rest = &rest[c.len_utf8()..];
    }
    if !current.is_empty() {
        pieces.push(Piece::Text(current, start_line));
    }
    pieces
}

/// Where a delimiter closes: not inside quotes.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if text[at..].starts_with(close) => return Some(at),
            None if (c == '"' || c == '\'') && close != "#}" => quote = Some(c),
            None => {}
        }
    }
    // An apostrophe that does not open a quote.
    text.find(close)
}

/// The first word of a statement, and the rest.
fn split_word(statement: &str) -> (&str, &str) {
    let end = statement.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(statement.len());
    (&statement[..end], statement[end..].trim())
}

/// Nodes up to a statement that ends a block, which is left in place.
fn block(pieces: &[Piece], at: &mut usize, ended: &mut Option<String>, notes: &mut Notes<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some(piece) = pieces.get(*at) {
        match piece {
            Piece::Text(text, line) => nodes.push(Node::Text(text.clone(), *line)),
            Piece::Output(text, line) => nodes.push(Node::Output(text.clone(), *line)),
            Piece::Statement(statement, line) => {
                let (word, rest) = split_word(statement);
                match word {
                    "set" => nodes.push(Node::Set(rest.to_owned(), *line)),
                    "if" => {
                        let node = conditional(pieces, at, rest, *line, notes);
                        nodes.push(node);
                        continue;
                    }
                    "for" => {
                        *at += 1;
                        let body = block(pieces, at, ended, notes);
                        if !matches!(pieces.get(*at), Some(Piece::Statement(s, _)) if split_word(s).0 == "endfor") {
                            notes.add(Note::InvalidMetaYaml, *line, "`for` without `endfor`", None);
                            nodes.push(Node::For(rest.to_owned(), body, *line));
                            continue;
                        }
                        nodes.push(Node::For(rest.to_owned(), body, *line));
                    }
                    "elif" | "else" | "endif" | "endfor" => {
                        *ended = Some(statement.clone());
                        return nodes;
                    }
                    _ => nodes.push(Node::Other(statement.clone(), *line)),
                }
            }
        }
        *at += 1;
    }
    nodes
}

fn conditional(pieces: &[Piece], at: &mut usize, condition: &str, line: usize, notes: &mut Notes<'_>) -> Node {
    let mut branches = Vec::new();
    let mut condition = Some(condition.to_owned());
    loop {
        *at += 1;
        let body = block(pieces, at, &mut None, notes);
        branches.push((condition, body));
        match pieces.get(*at) {
            Some(Piece::Statement(statement, _)) => match split_word(statement) {
                ("elif", rest) => condition = Some(rest.to_owned()),
                ("else", _) => condition = None,
                ("endif", _) => {
                    *at += 1;
                    break;
                }
                _ => break,
            },
            _ => {
                notes.add(Note::InvalidMetaYaml, line, "`if` without `endif`", None);
                break;
            }
        }
    }
    Node::If(branches, line)
}

struct Runner<'n, 't> {
    notes: &'n mut Notes<'t>,
    out: Template,
    conditions: Vec<Expr>,
    /// Variables of the loops that are running.
    bound: Vec<(String, Expr)>,
    line: Option<Line>,
    /// Assignments on the line so far: a selector behind them is theirs.
    pending: Vec<Assignment>,
    /// Whether the line has a statement: without other content it is not a blank line then.
    has_statement: bool,
}

impl Runner<'_, '_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            if self.out.lines.len() > MAX_LINES {
                return;
            }
            match node {
                Node::Text(text, line) => self.text(text, *line),
                Node::Output(text, line) => self.output(text, *line),
                Node::Set(text, line) => self.set(text, *line),
                Node::If(branches, line) => self.conditional(branches, *line),
                Node::For(head, body, line) => self.repeat(head, body, *line),
                Node::Other(statement, line) => {
                    let (word, _) = split_word(statement);
                    self.notes.add(
                        Note::UnsupportedJinja,
                        *line,
                        format!("`{{% {word} %}}` has no counterpart in v1 recipes"),
                        Some("write out what it makes"),
                    );
                    self.current(*line);
                }
            }
        }
    }

    fn current(&mut self, number: usize) -> &mut Line {
        let conditions = &self.conditions;
        self.line.get_or_insert_with(|| Line { text: String::new(), number, conditions: conditions.clone() })
    }

    fn text(&mut self, text: &str, mut number: usize) {
        for part in text.split_inclusive('\n') {
            let content = part.strip_suffix('\n').unwrap_or(part);
            if !content.is_empty() {
                // The conditions of a line are those of its first content, not of the end of a block before it.
                let conditions = self.conditions.clone();
                let line = self.current(number);
                if line.text.trim().is_empty() && !content.trim().is_empty() {
                    line.conditions = conditions;
                    line.number = number;
                }
                line.text.push_str(content.trim_end_matches('\r'));
            }
            if part.ends_with('\n') {
                self.flush();
                number += 1;
            }
        }
    }

    /// Ends a line: takes off its selector.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let has_statement = std::mem::take(&mut self.has_statement) || !pending.is_empty();
        let Some(mut line) = self.line.take() else {
            self.out.assignments.extend(pending);
            if !has_statement {
                // A blank line is part of the text inside `|`.
                self.out.lines.push(Line { conditions: self.conditions.clone(), ..Line::default() });
            }
            return;
        };
        let mut own = None;
        let is_comment = pending.is_empty() && line.text.trim_start().starts_with('#');
        if !is_comment && let Some(found) = selector::of_line(&line.text) {
            match parse(&found.expression) {
                Ok(expr) => {
                    line.text = found.rest;
                    own = (!matches!(expr, Expr::Number(_))).then(|| self.bind(expr));
                }
                Err(reason) if selector::looks_meant(&found.expression) => self.notes.add(
                    Note::InvalidMetaYaml,
                    line.number,
                    format!("invalid selector `[{}]`: {reason}", found.expression),
                    None,
                ),
                // `# see [1, p. 5]` is a remark.
                Err(_) => {}
            }
        }
        for mut assignment in pending {
            assignment.conditions.extend(own.clone());
            self.out.assignments.push(assignment);
        }
        line.conditions.extend(own);
        if line.conditions.iter().any(|condition| matches!(condition, Expr::Name(name) if name == "win")) {
            self.on_windows(&line.text);
        }
        if !(has_statement && line.text.trim().is_empty()) {
            self.out.lines.push(line);
        }
    }

    /// Puts in the prefixes that packages of MSYS2 have on Windows, in a line that counts only there.
    fn on_windows(&mut self, text: &str) {
        for part in text.split(MARK).skip(1) {
            let index = part.split(END_MARK).next().and_then(|index| index.parse::<usize>().ok());
            let Some((expr, _)) = index.and_then(|index| self.out.expressions.get_mut(index)) else { continue };
            let assignments = &self.out.assignments;
            *expr = expr.clone().map(&mut |inner| match &inner {
                Expr::Name(name) if assignments.iter().any(|assignment| assignment.name == *name) => inner,
                Expr::Name(name) if name == "posix" => Expr::text("m2-"),
                Expr::Name(name) if name == "native" => Expr::text("m2w64-"),
                _ => inner,
            });
        }
    }

    fn output(&mut self, text: &str, number: usize) {
        let expr = match parse(text) {
            Ok(expr) => self.bind(expr),
            Err(reason) => {
                let message = format!("invalid expression `{{{{ {text} }}}}`: {reason}");
                self.notes.add(Note::InvalidMetaYaml, number, message, None);
                Expr::text(text)
            }
        };
        self.mark(expr, number);
    }

    fn mark(&mut self, expr: Expr, number: usize) {
        let conditions = self.conditions.clone();
        let index = self.out.expressions.len();
        let literal = match &expr {
            Expr::Text(text, _) if !text.contains('\n') => Some(text.clone()),
            Expr::Number(number) => Some(number.clone()),
            _ => None,
        };
        let line = self.current(number);
        if line.text.trim().is_empty() {
            line.conditions = conditions;
            line.number = number;
        }
        match literal {
            Some(text) => line.text.push_str(&text),
            None => {
                line.text.push(MARK);
                line.text.push_str(&index.to_string());
                line.text.push(END_MARK);
                self.out.expressions.push((expr, number));
            }
        }
    }

    /// Puts in the values of loop variables.
    fn bind(&self, expr: Expr) -> Expr {
        if self.bound.is_empty() {
            return expr;
        }
        let bound: HashMap<&str, &Expr> = self.bound.iter().map(|(name, value)| (name.as_str(), value)).collect();
        expr.map(&mut |inner| {
            let replaced = match &inner {
                Expr::Name(name) => bound.get(name.as_str()).map(|value| (*value).clone()),
                _ => None,
            };
            fold(replaced.unwrap_or(inner))
        })
    }

    fn set(&mut self, text: &str, number: usize) {
        self.current(number);
        match parse_assignment(text) {
            Ok((names, value)) => {
                let value = self.bind(value);
                let values = match (names.len(), value) {
                    (1, value) => vec![value],
                    (count, Expr::Tuple(items) | Expr::List(items)) if items.len() == count => items,
                    (count, value) => (0..count)
                        .map(|index| Expr::Item(Box::new(value.clone()), Box::new(Expr::Number(index.to_string()))))
                        .collect(),
                };
                for (name, value) in names.into_iter().zip(values) {
                    if !self.bound.is_empty() {
                        // Inside a loop a variable is local to the iteration.
                        self.bound.push((name, value));
                        continue;
                    }
                    let conditions = self.conditions.clone();
                    self.pending.push(Assignment { name, value, conditions, line: number });
                }
            }
            Err(reason) => {
                let message = format!("invalid statement `{{% set {text} %}}`: {reason}");
                self.notes.add(Note::UnsupportedJinja, number, message, None);
            }
        }
    }

    fn conditional(&mut self, branches: &[(Option<String>, Vec<Node>)], number: usize) {
        self.has_statement = true;
        let mut parsed: Vec<(Option<Expr>, &[Node])> = Vec::new();
        for (condition, body) in branches {
            let condition = match condition.as_deref().map(parse) {
                None => None,
                Some(Ok(expr)) => Some(self.bind(expr)),
                Some(Err(reason)) => {
                    let text = condition.as_deref().unwrap_or_default();
                    let message = format!("invalid condition `{text}`: {reason}");
                    self.notes.add(Note::InvalidMetaYaml, number, message, None);
                    return;
                }
            };
            match condition.as_ref().map(truth) {
                Some(Some(false)) => {}
                // Nothing behind it is reached.
                Some(Some(true)) => {
                    parsed.push((None, body));
                    break;
                }
                _ => parsed.push((condition, body)),
            }
        }
        if let [(None, body), ..] = parsed.as_slice() {
            return self.nodes(body);
        }
        let is_inline = parsed.iter().all(|(_, body)| inline_text(body).is_some());
        if is_inline && self.line.as_ref().is_some_and(|line| !line.text.trim().is_empty()) {
            return self.inline(&parsed, number);
        }
        let mut before: Vec<Expr> = Vec::new();
        for (condition, body) in parsed {
            let depth = self.conditions.len();
            self.conditions.extend(before.iter().cloned().map(Expr::negated));
            if let Some(condition) = condition {
                self.conditions.push(condition.clone());
                before.push(condition);
            }
            self.nodes(body);
            self.conditions.truncate(depth);
            self.has_statement = true;
        }
    }

    /// `text {% if a %}b{% else %}c{% endif %}` on one line.
    fn inline(&mut self, branches: &[(Option<Expr>, &[Node])], number: usize) {
        let mut value = Expr::text("");
        for (condition, body) in branches.iter().rev() {
            let text = self.concatenated(body, number);
            value = match condition {
                None => text,
                Some(condition) => Expr::If(Box::new(text), Box::new(condition.clone()), Some(Box::new(value))),
            };
        }
        self.mark(value, number);
    }

    fn concatenated(&mut self, body: &[Node], number: usize) -> Expr {
        let mut parts = Vec::new();
        for node in body {
            match node {
                Node::Text(text, _) => parts.push(Expr::text(text.clone())),
                Node::Output(text, _) => match parse(text) {
                    Ok(expr) => parts.push(self.bind(expr)),
                    Err(reason) => {
                        let message = format!("invalid expression `{{{{ {text} }}}}`: {reason}");
                        self.notes.add(Note::InvalidMetaYaml, number, message, None);
                    }
                },
                _ => {}
            }
        }
        let first = parts.first().cloned().unwrap_or_else(|| Expr::text(""));
        parts.into_iter().skip(1).fold(first, |left, right| Expr::Binary("~", Box::new(left), Box::new(right)))
    }

    fn repeat(&mut self, head: &str, body: &[Node], number: usize) {
        let unsupported = |notes: &mut Notes<'_>| {
            notes.add(
                Note::UnsupportedJinja,
                number,
                format!("cannot unroll `{{% for {head} %}}`: it does not loop over a literal list"),
                Some("write out the lines that the loop makes"),
            );
        };
        let Ok((names, iterable)) = parse_loop(head) else { return unsupported(self.notes) };
        let iterable = self.bind(iterable);
        let Some(items) = self.items(iterable, 0) else { return unsupported(self.notes) };
        let count = items.len();
        self.has_statement = true;
        for (index, (when, item)) in items.into_iter().enumerate() {
            let depth = self.bound.len();
            let values = match (names.len(), item) {
                (1, item) => vec![item],
                (_, Expr::Tuple(values) | Expr::List(values)) => values,
                _ => return unsupported(self.notes),
            };
            self.bound.extend(names.iter().cloned().zip(values));
            let flag = |value: bool| Expr::name(if value { "True" } else { "False" });
            self.bound.push((
                "loop".to_owned(),
                Expr::Map(vec![
                    (Expr::text("index"), Expr::Number((index + 1).to_string())),
                    (Expr::text("index0"), Expr::Number(index.to_string())),
                    (Expr::text("first"), flag(index == 0)),
                    (Expr::text("last"), flag(index + 1 == count)),
                    (Expr::text("length"), Expr::Number(count.to_string())),
                ]),
            ));
            let outer = self.conditions.len();
            self.conditions.extend(when);
            self.nodes(body);
            self.conditions.truncate(outer);
            self.bound.truncate(depth);
            self.has_statement = true;
        }
    }

    /// The items that a loop runs over and when each is there, where they are literal.
    fn items(&self, iterable: Expr, depth: usize) -> Option<Vec<(Vec<Expr>, Expr)>> {
        let always =
            |items: Vec<Expr>| -> Vec<(Vec<Expr>, Expr)> { items.into_iter().map(|item| (Vec::new(), item)).collect() };
        if depth > 16 {
            return None;
        }
        Some(match iterable {
            Expr::List(items) | Expr::Tuple(items) => always(items),
            Expr::Map(entries) => always(entries.into_iter().map(|(key, _)| key).collect()),
            Expr::Name(name) => self.variable_items(&name, self.out.assignments.len(), depth)?,
            Expr::Binary("+", left, right) => {
                let mut items = self.items(*left, depth + 1)?;
                items.extend(self.items(*right, depth + 1)?);
                items
            }
            // `[…] * (mpi == "nompi")`: Python repeats a list once or never.
            Expr::Binary("*", left, right) => {
                let (list, condition) = match (*left, *right) {
                    (list @ (Expr::List(_) | Expr::Tuple(_)), condition) | (condition, list) => (list, condition),
                };
                let items = self.items(list, depth + 1)?;
                if let Expr::Number(_) = condition {
                    return None;
                }
                items.into_iter().map(|(when, item)| (with(when, condition.clone()), item)).collect()
            }
            Expr::If(value, condition, otherwise) => {
                let mut items: Vec<_> = self
                    .items(*value, depth + 1)?
                    .into_iter()
                    .map(|(when, item)| (with(when, (*condition).clone()), item))
                    .collect();
                if let Some(otherwise) = otherwise {
                    let others = self.items(*otherwise, depth + 1)?;
                    merge(&mut items, others, &condition.negated());
                }
                items
            }
            Expr::Call(callee, arguments) => always(self.called_items(*callee, &arguments)?),
            _ => return None,
        })
    }

    /// The items of a variable, from its assignments before the given one.
    fn variable_items(&self, name: &str, before: usize, depth: usize) -> Option<Vec<(Vec<Expr>, Expr)>> {
        let found = self.out.assignments.get(..before)?.iter().rposition(|a| a.name == name)?;
        let assignment = self.out.assignments.get(found)?;
        // A variable that is made from its own value refers to the assignment before.
        let own = |expr: Expr| -> Option<Vec<(Vec<Expr>, Expr)>> {
            match expr {
                Expr::Binary("+", left, right) => {
                    let mut all = Vec::new();
                    for side in [*left, *right] {
                        all.extend(match &side {
                            Expr::Name(inner) if inner == name => self.variable_items(name, found, depth + 1)?,
                            _ => self.items(side, depth + 1)?,
                        });
                    }
                    Some(all)
                }
                other => self.items(other, depth + 1),
            }
        };
        let items = own(assignment.value.clone())?;
        if assignment.conditions.is_empty() {
            return Some(items);
        }
        let condition = assignment.conditions.iter().cloned().reduce(Expr::and)?;
        let mut items: Vec<_> = items.into_iter().map(|(when, item)| (with(when, condition.clone()), item)).collect();
        if let Some(others) = self.variable_items(name, found, depth + 1) {
            let opposite = condition.negated();
            merge(&mut items, others, &opposite);
        }
        Some(items)
    }

    fn called_items(&self, callee: Expr, arguments: &[super::expr::Argument]) -> Option<Vec<Expr>> {
        match callee {
            Expr::Name(name) if name == "range" => range(&arguments.iter().map(|a| &a.value).collect::<Vec<_>>()),
            Expr::Attribute(object, method)
                if arguments.is_empty() && matches!(&*method, "items" | "keys" | "values") =>
            {
                let object = match *object {
                    Expr::Name(name) => {
                        let mut assignments = self.out.assignments.iter().rev();
                        assignments.find(|a| a.name == name && a.conditions.is_empty())?.value.clone()
                    }
                    other => other,
                };
                let Expr::Map(entries) = object else { return None };
                Some(
                    entries
                        .into_iter()
                        .map(|(key, value)| match &*method {
                            "keys" => key,
                            "values" => value,
                            _ => Expr::Tuple(vec![key, value]),
                        })
                        .collect(),
                )
            }
            Expr::Attribute(object, method) if method == "split" => {
                let Expr::Text(text, quote) = *object else { return None };
                let parts: Vec<&str> = match arguments.first().map(|a| &a.value) {
                    None => text.split_whitespace().collect(),
                    Some(Expr::Text(separator, _)) => text.split(separator.as_str()).collect(),
                    Some(_) => return None,
                };
                Some(parts.into_iter().map(|part| Expr::Text(part.to_owned(), quote)).collect())
            }
            _ => None,
        }
    }
}

fn with(mut when: Vec<Expr>, condition: Expr) -> Vec<Expr> {
    when.insert(0, condition);
    when
}

/// Adds what a list has where a condition does not hold; what is in both lists is there always.
fn merge(items: &mut Vec<(Vec<Expr>, Expr)>, others: Vec<(Vec<Expr>, Expr)>, opposite: &Expr) {
    for (when, item) in others {
        match items.iter_mut().find(|(found, other)| *other == item && found.get(1..) == Some(when.as_slice())) {
            Some((found, _)) => drop(found.remove(0)),
            None => items.push((with(when, opposite.clone()), item)),
        }
    }
}

fn range(arguments: &[&Expr]) -> Option<Vec<Expr>> {
    let number = |expr: &Expr| match expr {
        Expr::Number(number) => number.parse::<i64>().ok(),
        _ => None,
    };
    let (start, stop) = match arguments {
        [stop] => (0, number(stop)?),
        [start, stop] => (number(start)?, number(stop)?),
        _ => return None,
    };
    (stop - start < 1000).then(|| (start..stop).map(|n| Expr::Number(n.to_string())).collect())
}

/// Whether a body is part of one line.
fn inline_text(body: &[Node]) -> Option<()> {
    body.iter()
        .all(|node| match node {
            Node::Text(text, _) => !text.contains('\n'),
            Node::Output(..) => true,
            _ => false,
        })
        .then_some(())
}
