//! Works out what is constant, so that unrolled loops leave plain text.

use super::expr::Expr;

/// The value of an expression whose parts are literal, one level deep.
pub(super) fn fold(expr: Expr) -> Expr {
    match expr {
        Expr::Item(object, index) => match (&*object, &*index) {
            (Expr::List(items) | Expr::Tuple(items), Expr::Number(number)) => {
                let found = number.parse::<usize>().ok().and_then(|at| items.get(at)).cloned();
                found.unwrap_or(Expr::Item(object, index))
            }
            (Expr::Map(entries), Expr::Text(key, _)) => {
                entry(entries, key).unwrap_or_else(|| Expr::Item(object.clone(), index.clone()))
            }
            _ => Expr::Item(object, index),
        },
        Expr::Attribute(object, name) => match &*object {
            Expr::Map(entries) => {
                entry(entries, &name).unwrap_or_else(|| Expr::Attribute(object.clone(), name.clone()))
            }
            _ => Expr::Attribute(object, name),
        },
        Expr::Binary(operator @ ("~" | "+"), left, right) => match (&*left, &*right) {
            (Expr::Text(a, quote), Expr::Text(b, _)) => Expr::Text(format!("{a}{b}"), *quote),
            _ => Expr::Binary(operator, left, right),
        },
        Expr::Filter(value, name, arguments) if arguments.is_empty() => match (&*value, &*name) {
            (Expr::Text(text, quote), "lower") => Expr::Text(text.to_lowercase(), *quote),
            (Expr::Text(text, quote), "upper") => Expr::Text(text.to_uppercase(), *quote),
            _ => Expr::Filter(value, name, arguments),
        },
        Expr::Call(callee, arguments) => fold_method(callee, arguments),
        Expr::If(value, condition, otherwise) => match truth(&condition) {
            Some(true) => *value,
            Some(false) => otherwise.map_or_else(|| Expr::text(""), |otherwise| *otherwise),
            None => Expr::If(value, condition, otherwise),
        },
        other => other,
    }
}

fn fold_method(callee: Box<Expr>, arguments: Vec<super::expr::Argument>) -> Expr {
    if let Expr::Attribute(object, method) = &*callee
        && let Expr::Text(text, quote) = &**object
    {
        let texts: Option<Vec<&str>> = arguments
            .iter()
            .map(|argument| match &argument.value {
                Expr::Text(text, _) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let folded = match (&**method, texts.as_deref()) {
            ("replace", Some([from, to])) => Some(text.replace(from, to)),
            ("lower", Some([])) => Some(text.to_lowercase()),
            ("upper", Some([])) => Some(text.to_uppercase()),
            _ => None,
        };
        if let Some(folded) = folded {
            return Expr::Text(folded, *quote);
        }
    }
    Expr::Call(callee, arguments)
}

fn entry(entries: &[(Expr, Expr)], key: &str) -> Option<Expr> {
    entries.iter().find(|(name, _)| matches!(name, Expr::Text(text, _) if text == key)).map(|(_, value)| value.clone())
}

/// Whether an expression always or never holds; `None` where that depends on the platform or a variant.
pub(super) fn truth(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Name(name) => match name.as_str() {
            "True" | "true" => Some(true),
            "False" | "false" | "None" | "none" => Some(false),
            _ => None,
        },
        Expr::Number(number) => Some(number.chars().any(|c| !matches!(c, '0' | '.'))),
        Expr::Text(text, _) => Some(!text.is_empty()),
        Expr::Not(inner) => truth(inner).map(|value| !value),
        Expr::Binary("and", left, right) => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::Binary("or", left, right) => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expr::Compare(left, rest) => match rest.as_slice() {
            [(operator, right)] => compare(left, operator, right),
            _ => None,
        },
        _ => None,
    }
}

fn compare(left: &Expr, operator: &str, right: &Expr) -> Option<bool> {
    let literal = |expr: &Expr| match expr {
        Expr::Text(text, _) => Some(("text", text.clone())),
        Expr::Number(number) => Some(("number", number.clone())),
        _ => None,
    };
    match operator {
        "==" => Some(literal(left)? == literal(right)?),
        "!=" => Some(literal(left)? != literal(right)?),
        "in" | "not in" => {
            let found = match right {
                Expr::List(items) | Expr::Tuple(items) => {
                    let left = literal(left)?;
                    let items: Option<Vec<_>> = items.iter().map(literal).collect();
                    items?.contains(&left)
                }
                Expr::Text(text, _) => text.contains(&literal(left)?.1),
                _ => return None,
            };
            Some(found == (operator == "in"))
        }
        _ => None,
    }
}
