//! `{% set %}` → `context`.

use indexmap::IndexMap;

use super::emit::{self, Field, Out, joined};
use super::expr::Expr;
use super::notes::Note;
use super::template::Assignment;
use super::value::{Converter, alternative};

/// Largest value of a variable, in expressions: each assignment that repeats the old value doubles it.
const MAX_SIZE: usize = 4000;

impl Converter<'_, '_> {
    /// The context of the new recipe, from the assignments of the old one.
    pub(super) fn context(&mut self, assignments: Vec<Assignment>) -> Vec<Field> {
        let mut values: IndexMap<String, Expr> = IndexMap::new();
        for assignment in assignments {
            let Assignment { name, value, conditions, line } = assignment;
            let before = values.get(&name).or_else(|| self.names.inline.get(&name)).cloned();
            let conditions: Vec<Expr> = conditions.into_iter().map(|c| self.translate(c, line)).collect();
            // `{% set skip = skip + " or x" %}  # [osx]`: only what is added depends on the condition. To repeat the old
            // value in both branches would double it with every line.
            if let (Some(before), false, Expr::Binary(operator @ ("+" | "~"), left, added)) =
                (&before, conditions.is_empty(), &value)
                && matches!(&**left, Expr::Name(own) if *own == name)
            {
                let added = self.translate((**added).clone(), line);
                let nothing = neutral(&added).unwrap_or_else(|| Expr::text(""));
                let added = Expr::If(Box::new(added), Box::new(joined(&conditions)), Some(Box::new(nothing)));
                let value = Expr::Binary(operator, Box::new(before.clone()), Box::new(added));
                if is_collection(&value) {
                    self.names.inline.insert(name, value);
                } else {
                    values.insert(name, value);
                }
                continue;
            }
            // `{% set build = build + 100 %}`: a variable of v1 is defined once, so the old value is put in.
            let value = match &before {
                Some(before) => put_in(self.translate(value, line), &name, before),
                None => self.translate(value, line),
            };
            if size(&value) > MAX_SIZE {
                let message = format!("`{name}` is set too often to be put together");
                self.notes.add(Note::UnsupportedJinja, line, message, Some("write out its value"));
                continue;
            }
            let value = match conditions.as_slice() {
                [] => value,
                _ => {
                    let condition = joined(&conditions);
                    let before = before.or_else(|| neutral(&value));
                    alternative(value, condition, before)
                }
            };
            if is_collection(&value) {
                // Lists and mappings are put in where they are used: what templates give is text in `context`.
                self.names.context.remove(&name);
                values.shift_remove(&name);
                self.names.inline.insert(name, value);
                continue;
            }
            self.names.inline.remove(&name);
            self.names.context.insert(name.clone());
            let uses_later = values
                .get_index_of(&name)
                .is_some_and(|at| values.keys().skip(at + 1).any(|later| uses(&value, later)));
            if uses_later {
                let used_between = {
                    let at = values.get_index_of(&name).unwrap_or(0);
                    values.values().skip(at + 1).any(|other| uses(other, &name))
                };
                if used_between {
                    self.notes.add(
                        Note::NeedsReview,
                        line,
                        format!("`{name}` is set again after others use it; a variable of `context` has one value"),
                        Some("give the second value a name of its own"),
                    );
                }
                values.shift_remove(&name);
            }
            values.insert(name, value);
        }
        let literals = values.iter().filter_map(|(name, value)| match value {
            Expr::Text(text, _) => Some((name.clone(), text.clone())),
            _ => None,
        });
        self.names.literals = literals.collect();
        values.into_iter().map(|(name, value)| Field::new(&name, context_value(&value))).collect()
    }
}

/// The value that a variable has where the condition of its only assignment does not hold.
fn neutral(value: &Expr) -> Option<Expr> {
    match value {
        Expr::Number(_) => Some(Expr::Number("0".to_owned())),
        _ if is_collection(value) => Some(Expr::List(Vec::new())),
        Expr::Name(name) if name == "true" => Some(Expr::name("false")),
        _ => None,
    }
}

/// How many expressions are in one.
fn size(expr: &Expr) -> usize {
    let mut count = 0;
    expr.walk(&mut |_| count += 1);
    count
}

fn uses(expr: &Expr, wanted: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |inner| found |= matches!(inner, Expr::Name(name) if name == wanted));
    found
}

fn put_in(expr: Expr, name: &str, value: &Expr) -> Expr {
    expr.map(&mut |inner| match inner {
        Expr::Name(found) if found == name => value.clone(),
        other => other,
    })
}

/// Whether a value is a list or a mapping.
fn is_collection(value: &Expr) -> bool {
    match value {
        Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => true,
        Expr::Filter(_, name, _) => matches!(name.as_str(), "split" | "list" | "sort" | "unique" | "reverse"),
        Expr::Slice(object, _) => is_collection(object),
        Expr::Binary("+" | "*", left, right) => is_collection(left) || is_collection(right),
        Expr::If(value, _, otherwise) => is_collection(value) || otherwise.as_deref().is_some_and(is_collection),
        Expr::Call(callee, _) => matches!(&**callee, Expr::Name(name) if name == "load_from_file"),
        _ => false,
    }
}

fn context_value(value: &Expr) -> Out {
    match value {
        Expr::Text(text, _) if emit::looks_typed(text) => Out::Scalar(emit::quoted(text)),
        Expr::Text(text, _) => Out::text(text),
        // Jinja prints `1.10` as `1.1`; as a text it stays what it is in the old recipe.
        Expr::Number(number) if number.contains('.') => {
            let printed = number.parse::<f64>().map_or_else(|_| number.clone(), |value| format!("{value:?}"));
            Out::Scalar(emit::quoted(&printed))
        }
        Expr::Number(number) => Out::Scalar(number.clone()),
        Expr::Name(name) if matches!(name.as_str(), "true" | "false") => Out::Scalar(name.clone()),
        value => Out::text(&format!("${{{{ {} }}}}", value.print())),
    }
}
