//! Arithmetic, concatenation, containment and slices.
//!
//! The rules are those of minijinja, which recipes rely on, with bounds on what comes out: texts and lists cannot grow
//! without limit.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::error::TemplateError;
use super::limits::{MAX_ITEMS, MAX_VALUE_TEXT, check_value};
use super::print::printed;
use super::program::Operator;

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::FloorDivide => "//",
        Operator::Remainder => "%",
        Operator::Power => "**",
        Operator::Concatenate => "~",
    }
}

fn unsupported(operator: Operator, left: &Value, right: &Value) -> TemplateError {
    TemplateError::failed(format!(
        "operator `{}` does not work on {} and {}",
        symbol(operator),
        left.kind(),
        right.kind()
    ))
}

fn impossible(operator: Operator, left: &Value, right: &Value) -> TemplateError {
    TemplateError::failed(format!("cannot calculate {left} {} {right}", symbol(operator)))
}

fn too_large() -> TemplateError {
    TemplateError::limit("the result of an expression is too large")
}

enum Numbers {
    Integers(i128, i128),
    Floats(f64, f64),
}

fn is_float(value: &Value) -> bool {
    value.kind() == ValueKind::Number && !value.is_integer()
}

fn numbers(left: &Value, right: &Value) -> Option<Numbers> {
    let numeric = |v: &Value| matches!(v.kind(), ValueKind::Number | ValueKind::Bool);
    if !numeric(left) || !numeric(right) {
        return None;
    }
    if is_float(left) || is_float(right) {
        return Some(Numbers::Floats(float(left)?, float(right)?));
    }
    Some(Numbers::Integers(i128::try_from(left.clone()).ok()?, i128::try_from(right.clone()).ok()?))
}

#[expect(clippy::cast_precision_loss, reason = "numbers beyond the precision of floats lose it, as everywhere")]
fn float(value: &Value) -> Option<f64> {
    match i128::try_from(value.clone()) {
        Ok(integer) if !is_float(value) => Some(integer as f64),
        _ => f64::try_from(value.clone()).ok(),
    }
}

fn integer(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| Value::from(value), Value::from)
}

/// Calculates with two values.
pub(super) fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, TemplateError> {
    match operator {
        Operator::Concatenate => return concatenate(left, right),
        Operator::Add => {
            if let (Some(a), Some(b)) = (left.as_str(), right.as_str()) {
                return join(a, b);
            }
            if is_list(left) && is_list(right) {
                return add_lists(left, right);
            }
        }
        Operator::Multiply => {
            if let Some(repeated) = repeat(left, right).or_else(|| repeat(right, left)) {
                return repeated;
            }
        }
        Operator::Divide => {
            return match (numbers(left, right), float(left), float(right)) {
                (Some(_), Some(a), Some(b)) => Ok(Value::from(a / b)),
                _ => Err(unsupported(operator, left, right)),
            };
        }
        _ => {}
    }
    match numbers(left, right) {
        Some(Numbers::Integers(a, b)) => {
            let result = match operator {
                Operator::Add => a.checked_add(b),
                Operator::Subtract => a.checked_sub(b),
                Operator::Multiply => a.checked_mul(b),
                Operator::FloorDivide => a.checked_div_euclid(b),
                Operator::Remainder => a.checked_rem_euclid(b),
                _ => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            };
            result.map(integer).ok_or_else(|| impossible(operator, left, right))
        }
        Some(Numbers::Floats(a, b)) => Ok(Value::from(match operator {
            Operator::Add => a + b,
            Operator::Subtract => a - b,
            Operator::Multiply => a * b,
            Operator::FloorDivide => a.div_euclid(b),
            Operator::Remainder => a.rem_euclid(b),
            _ => a.powf(b),
        })),
        None => Err(unsupported(operator, left, right)),
    }
}

/// `-value`.
pub(super) fn negate(value: &Value) -> Result<Value, TemplateError> {
    if value.kind() != ValueKind::Number {
        return Err(TemplateError::failed("only numbers can be negated"));
    }
    if is_float(value) {
        return float(value).map(|f| Value::from(-f)).ok_or_else(too_large);
    }
    i128::try_from(value.clone()).ok().and_then(i128::checked_neg).map(integer).ok_or_else(too_large)
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}

fn join(a: &str, b: &str) -> Result<Value, TemplateError> {
    if a.len() + b.len() > MAX_VALUE_TEXT {
        return Err(too_large());
    }
    Ok(Value::from([a, b].concat()))
}

fn concatenate(left: &Value, right: &Value) -> Result<Value, TemplateError> {
    let text = |value: &Value| printed(value);
    match (left.as_str(), right.as_str()) {
        (Some(a), Some(b)) => join(a, b),
        (Some(a), None) => join(a, &text(right)),
        (None, Some(b)) => join(&text(left), b),
        (None, None) => join(&text(left), &text(right)),
    }
}

fn items(list: &Value) -> Result<Vec<Value>, TemplateError> {
    Ok(list.try_iter()?.take(MAX_ITEMS + 1).collect())
}

fn add_lists(left: &Value, right: &Value) -> Result<Value, TemplateError> {
    let mut all = items(left)?;
    all.extend(items(right)?);
    if all.len() > MAX_ITEMS {
        return Err(too_large());
    }
    bounded(Value::from(all))
}

/// A list, unless what is in it is too much to be printed.
fn bounded(list: Value) -> Result<Value, TemplateError> {
    check_value(&list)?;
    Ok(list)
}

fn repeat(what: &Value, times: &Value) -> Option<Result<Value, TemplateError>> {
    if let Some(text) = what.as_str() {
        let Some(times) = times.as_usize() else {
            return Some(Err(TemplateError::failed("a string can only be multiplied with a whole number")));
        };
        let fits = text.len().checked_mul(times).is_some_and(|len| len <= MAX_VALUE_TEXT);
        return Some(if fits { Ok(Value::from(text.repeat(times))) } else { Err(too_large()) });
    }
    if !is_list(what) {
        return None;
    }
    let Some(times) = times.as_usize() else {
        return Some(Err(TemplateError::failed("a list can only be multiplied with a whole number")));
    };
    let items = match items(what) {
        Ok(items) => items,
        Err(error) => return Some(Err(error)),
    };
    let fits = items.len().checked_mul(times).is_some_and(|len| len <= MAX_ITEMS);
    Some(if fits {
        let len = items.len() * times;
        bounded(Value::from(items.into_iter().cycle().take(len).collect::<Vec<_>>()))
    } else {
        Err(too_large())
    })
}

/// Whether a container holds a value.
pub(super) fn contains(container: &Value, value: &Value) -> Result<bool, TemplateError> {
    if let Some(text) = container.as_str() {
        return Ok(match value.as_str() {
            Some(part) => text.contains(part),
            None => text.contains(&printed(value)),
        });
    }
    match container.kind() {
        // Only the undefined of `x if c` gets here.
        ValueKind::Undefined => Ok(false),
        ValueKind::Seq | ValueKind::Iterable => Ok(container.try_iter()?.any(|item| item == *value)),
        ValueKind::Map => Ok(container.get_item(value).is_ok_and(|found| !found.is_undefined())),
        _ => Err(TemplateError::failed("cannot perform a containment check on this value")),
    }
}

/// `value[start:stop:step]`.
pub(super) fn slice(value: &Value, bounds: [Option<Value>; 3]) -> Result<Value, TemplateError> {
    let mut numbers = [None; 3];
    for (number, bound) in numbers.iter_mut().zip(bounds) {
        *number = match bound {
            Some(bound) if !bound.is_none() => Some(i64::try_from(bound)?),
            _ => None,
        };
    }
    let [start, stop, step] = numbers;
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(TemplateError::failed("cannot slice by step size of 0"));
    }
    if let Some(text) = value.as_str() {
        return Ok(Value::from(pick(&text.chars().collect::<Vec<_>>(), start, stop, step).collect::<String>()));
    }
    match value.kind() {
        ValueKind::None => Ok(Value::from(Vec::<Value>::new())),
        ValueKind::Seq | ValueKind::Iterable => {
            Ok(Value::from(pick(&items(value)?, start, stop, step).collect::<Vec<_>>()))
        }
        kind => Err(TemplateError::failed(format!("value of type {kind} cannot be sliced"))),
    }
}

fn pick<T: Clone>(all: &[T], start: Option<i64>, stop: Option<i64>, step: i64) -> impl Iterator<Item = T> {
    let len = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let place = |at: i64| if at < 0 { at.saturating_add(len).max(-1) } else { at.min(len) };
    let (mut at, end) = if step > 0 {
        (start.map_or(0, place).max(0), stop.map_or(len, place))
    } else {
        (start.map_or(len - 1, |s| place(s).min(len - 1)), stop.map_or(-1, place))
    };
    std::iter::from_fn(move || {
        let there = if step > 0 { at < end } else { at > end };
        let item = usize::try_from(at).ok().filter(|_| there).and_then(|at| all.get(at)).cloned();
        at = at.saturating_add(step);
        item
    })
}
