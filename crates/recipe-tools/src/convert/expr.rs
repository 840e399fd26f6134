//! Expressions of Jinja and of selectors, which are Python: one syntax tree for both, and its v1 text.

use std::fmt::Write as _;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Name(String),
    /// A text and the quote that it is written in.
    Text(String, char),
    Number(String),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    Sign(char, Box<Expr>),
    /// `or`, `and`, `~`, `+`, `-`, `*`, `/`, `//`, `%` or `**`.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `a < b <= c`.
    Compare(Box<Expr>, Vec<(&'static str, Expr)>),
    Call(Box<Expr>, Vec<Argument>),
    Attribute(Box<Expr>, String),
    Item(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    Filter(Box<Expr>, String, Vec<Argument>),
    /// `value is [not] name(arguments)`.
    Test(Box<Expr>, bool, String, Vec<Argument>),
    If(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Expr,
}

impl Argument {
    pub(super) fn positional(value: Expr) -> Self {
        Self { name: None, value }
    }

    pub(super) fn named(name: &str, value: Expr) -> Self {
        Self { name: Some(name.to_owned()), value }
    }
}

impl Expr {
    pub(super) fn name(name: &str) -> Self {
        Self::Name(name.to_owned())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), '"')
    }

    pub(super) fn call(name: &str, arguments: Vec<Argument>) -> Self {
        Self::Call(Box::new(Self::name(name)), arguments)
    }

    pub(super) fn filter(self, name: &str, arguments: Vec<Argument>) -> Self {
        Self::Filter(Box::new(self), name.to_owned(), arguments)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::Binary("and", Box::new(self), Box::new(other))
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self::Binary("or", Box::new(self), Box::new(other))
    }

    /// The opposite; `not not x` is `x`.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::Compare(left, mut rest) if rest.len() == 1 => {
                let opposite = match rest[0].0 {
                    "==" => "!=",
                    "!=" => "==",
                    "in" => "not in",
                    "not in" => "in",
                    // Versions and undefined values make the orders no opposites of each other.
                    _ => return Self::Not(Box::new(Self::Compare(left, rest))),
                };
                rest[0].0 = opposite;
                Self::Compare(left, rest)
            }
            other => Self::Not(Box::new(other)),
        }
    }

    /// How tightly it binds; larger numbers bind tighter.
    fn level(&self) -> u8 {
        match self {
            Self::If(..) => 0,
            Self::Binary("or", ..) => 1,
            Self::Binary("and", ..) => 2,
            Self::Not(_) => 3,
            Self::Compare(..) | Self::Test(..) => 4,
            Self::Binary("~", ..) => 5,
            Self::Binary("+" | "-", ..) => 6,
            Self::Binary("**", ..) => 9,
            Self::Binary(..) => 7,
            Self::Sign(..) => 8,
            Self::Filter(..) => 10,
            _ => 11,
        }
    }

    /// The text in a v1 recipe.
    pub(super) fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, at_least: u8) {
        let level = self.level();
        if level < at_least {
            out.push('(');
            self.write(out, 0);
            out.push(')');
            return;
        }
        match self {
            Self::Name(name) | Self::Number(name) => out.push_str(name),
            Self::Text(text, quote) => write_text(out, text, *quote),
            Self::List(items) | Self::Tuple(items) => {
                out.push('[');
                separated(out, items, |out, item| item.write(out, 0));
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                separated(out, entries, |out, (key, value)| {
                    key.write(out, 0);
                    out.push_str(": ");
                    value.write(out, 0);
                });
                out.push('}');
            }
            Self::Not(inner) => {
                out.push_str("not ");
                inner.write(out, level);
            }
            Self::Sign(sign, inner) => {
                out.push(*sign);
                inner.write(out, level);
            }
            Self::Binary(operator, left, right) => {
                left.write(out, level);
                let _ = write!(out, " {operator} ");
                right.write(out, if matches!(*operator, "or" | "and") { level } else { level + 1 });
            }
            Self::Compare(left, rest) => {
                left.write(out, level + 1);
                for (operator, right) in rest {
                    let _ = write!(out, " {operator} ");
                    right.write(out, level + 1);
                }
            }
            Self::Call(callee, arguments) => {
                callee.write(out, 11);
                write_arguments(out, arguments);
            }
            Self::Attribute(object, name) => {
                object.write(out, 11);
                let _ = write!(out, ".{name}");
            }
            Self::Item(object, index) => {
                object.write(out, 11);
                out.push('[');
                index.write(out, 0);
                out.push(']');
            }
            Self::Slice(object, parts) => {
                object.write(out, 11);
                out.push('[');
                let [start, stop, step] = parts;
                if let Some(start) = start {
                    start.write(out, 0);
                }
                out.push(':');
                if let Some(stop) = stop {
                    stop.write(out, 0);
                }
                if let Some(step) = step {
                    out.push(':');
                    step.write(out, 0);
                }
                out.push(']');
            }
            Self::Filter(value, name, arguments) => {
                value.write(out, 10);
                let _ = write!(out, " | {name}");
                if !arguments.is_empty() {
                    write_arguments(out, arguments);
                }
            }
            Self::Test(value, negated, name, arguments) => {
                value.write(out, level + 1);
                let _ = write!(out, " is {}{name}", if *negated { "not " } else { "" });
                if !arguments.is_empty() {
                    write_arguments(out, arguments);
                }
            }
            Self::If(value, condition, otherwise) => {
                value.write(out, 1);
                out.push_str(" if ");
                condition.write(out, 1);
                if let Some(otherwise) = otherwise {
                    out.push_str(" else ");
                    otherwise.write(out, 0);
                }
            }
        }
    }

    /// Calls `visit` with this expression and all inside it.
    pub(super) fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        self.children(&mut |child| child.walk(visit));
    }

    fn children(&self, visit: &mut dyn FnMut(&Self)) {
        let arguments = |arguments: &[Argument], visit: &mut dyn FnMut(&Self)| {
            arguments.iter().for_each(|argument| visit(&argument.value));
        };
        match self {
            Self::Name(_) | Self::Text(..) | Self::Number(_) => {}
            Self::List(items) | Self::Tuple(items) => items.iter().for_each(visit),
            Self::Map(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Self::Not(a) | Self::Sign(_, a) | Self::Attribute(a, _) => visit(a),
            Self::Binary(_, a, b) | Self::Item(a, b) => {
                visit(a);
                visit(b);
            }
            Self::Compare(a, rest) => {
                visit(a);
                rest.iter().for_each(|(_, b)| visit(b));
            }
            Self::Call(a, b) | Self::Filter(a, _, b) | Self::Test(a, _, _, b) => {
                visit(a);
                arguments(b, visit);
            }
            Self::Slice(a, parts) => {
                visit(a);
                parts.iter().flatten().for_each(|part| visit(part));
            }
            Self::If(a, b, c) => {
                visit(a);
                visit(b);
                c.iter().for_each(|c| visit(c));
            }
        }
    }

    /// The same with `change` applied from the innermost expressions outwards.
    pub(super) fn map(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        let boxed = |e: Box<Self>, change: &mut dyn FnMut(Self) -> Self| Box::new((*e).map(change));
        let arguments = |arguments: Vec<Argument>, change: &mut dyn FnMut(Self) -> Self| -> Vec<Argument> {
            arguments.into_iter().map(|a| Argument { name: a.name, value: a.value.map(change) }).collect()
        };
        let inner = match self {
            leaf @ (Self::Name(_) | Self::Text(..) | Self::Number(_)) => leaf,
            Self::List(items) => Self::List(items.into_iter().map(|e| e.map(change)).collect()),
            Self::Tuple(items) => Self::Tuple(items.into_iter().map(|e| e.map(change)).collect()),
            Self::Map(entries) => Self::Map(entries.into_iter().map(|(k, v)| (k.map(change), v.map(change))).collect()),
            Self::Not(a) => Self::Not(boxed(a, change)),
            Self::Sign(sign, a) => Self::Sign(sign, boxed(a, change)),
            Self::Binary(operator, a, b) => Self::Binary(operator, boxed(a, change), boxed(b, change)),
            Self::Compare(a, rest) => {
                let a = boxed(a, change);
                Self::Compare(a, rest.into_iter().map(|(operator, b)| (operator, b.map(change))).collect())
            }
            Self::Call(a, b) => Self::Call(boxed(a, change), arguments(b, change)),
            Self::Attribute(a, name) => Self::Attribute(boxed(a, change), name),
            Self::Item(a, b) => Self::Item(boxed(a, change), boxed(b, change)),
            Self::Slice(a, parts) => Self::Slice(boxed(a, change), parts.map(|part| part.map(|p| boxed(p, change)))),
            Self::Filter(a, name, b) => Self::Filter(boxed(a, change), name, arguments(b, change)),
            Self::Test(a, negated, name, b) => Self::Test(boxed(a, change), negated, name, arguments(b, change)),
            Self::If(a, b, c) => Self::If(boxed(a, change), boxed(b, change), c.map(|c| boxed(c, change))),
        };
        change(inner)
    }
}

fn separated<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
}

fn write_arguments(out: &mut String, arguments: &[Argument]) {
    out.push('(');
    separated(out, arguments, |out, argument| {
        if let Some(name) = &argument.name {
            let _ = write!(out, "{name}=");
        }
        argument.value.write(out, 0);
    });
    out.push(')');
}

fn write_text(out: &mut String, text: &str, quote: char) {
    // Escapes are avoided where the other quote does without: they read badly inside YAML quotes.
    let other = if quote == '"' { '\'' } else { '"' };
    let quote = if text.contains(quote) && !text.contains(other) { other } else { quote };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
}
