//! The filters and tests that recipes have: a fixed list, run by minijinja's own implementations.

use std::sync::LazyLock;

use minijinja::machinery::{CodeGenerator, Instruction, parse_expr};
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, UndefinedBehavior, Value, filters, tests};

use super::error::TemplateError;
use super::functions::Arguments;
use super::limits::{MAX_ITEMS, MAX_VALUE_TEXT, check_value};
use super::print::printed;
use crate::diagnostic::{Code, nearest};

/// All filters of recipes.
pub const FILTERS: [&str; 20] = [
    "abs",
    "bool",
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "max",
    "min",
    "replace",
    "reverse",
    "sort",
    "split",
    "trim",
    "unique",
    "upper",
    "version_to_buildstring",
];

/// All tests of recipes.
pub(super) const TESTS: [&str; 30] = [
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "integer",
    "int",
    "float",
    "boolean",
    "sequence",
    "odd",
    "even",
    "safe",
    "escaped",
    "startingwith",
    "endingwith",
    "in",
    "true",
    "false",
    "eq",
    "==",
    "ne",
    "!=",
    "lt",
    "<",
    "le",
    "<=",
    "gt",
    ">",
    "ge",
];

/// An environment with these filters and tests only: with all of minijinja's, its whole evaluator would be linked.
fn environment(behavior: UndefinedBehavior) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(behavior);

    environment.add_filter("abs", filters::abs);
    environment.add_filter("bool", filters::bool);
    environment.add_filter("default", filters::default);
    environment.add_filter("first", filters::first);
    environment.add_filter("int", filters::int);
    environment.add_filter("join", filters::join);
    environment.add_filter("last", filters::last);
    environment.add_filter("length", filters::length);
    environment.add_filter("list", filters::list);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("max", filters::max);
    environment.add_filter("min", filters::min);
    environment.add_filter("replace", filters::replace);
    environment.add_filter("reverse", filters::reverse);
    environment.add_filter("sort", filters::sort);
    environment.add_filter("split", filters::split);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("unique", filters::unique);
    environment.add_filter("upper", filters::upper);

    environment.add_test("defined", tests::is_defined);
    environment.add_test("undefined", tests::is_undefined);
    environment.add_test("none", tests::is_none);
    environment.add_test("string", tests::is_string);
    environment.add_test("number", tests::is_number);
    environment.add_test("float", tests::is_float);
    environment.add_test("boolean", tests::is_boolean);
    environment.add_test("sequence", tests::is_sequence);
    environment.add_test("odd", tests::is_odd);
    environment.add_test("even", tests::is_even);
    environment.add_test("startingwith", tests::is_startingwith);
    environment.add_test("endingwith", tests::is_endingwith);
    environment.add_test("in", tests::is_in);
    environment.add_test("true", tests::is_true);
    environment.add_test("false", tests::is_false);
    for name in ["safe", "escaped"] {
        environment.add_test(name, tests::is_safe);
    }
    for name in ["int", "integer"] {
        environment.add_test(name, tests::is_integer);
    }
    for name in ["eq", "=="] {
        environment.add_test(name, tests::is_eq);
    }
    for name in ["ne", "!="] {
        environment.add_test(name, tests::is_ne);
    }
    for name in ["lt", "<"] {
        environment.add_test(name, tests::is_lt);
    }
    for name in ["le", "<="] {
        environment.add_test(name, tests::is_le);
    }
    for name in ["gt", ">"] {
        environment.add_test(name, tests::is_gt);
    }
    for name in ["ge", ">="] {
        environment.add_test(name, tests::is_ge);
    }
    environment
}

static STRICT: LazyLock<Environment<'static>> = LazyLock::new(|| environment(UndefinedBehavior::Strict));
static LENIENT: LazyLock<Environment<'static>> = LazyLock::new(|| environment(UndefinedBehavior::Lenient));

/// What `x if c` gives when `c` is false: undefined, but without an error when it is printed.
///
/// Only minijinja's compiler can make this value: it is the constant in place of a missing `else`.
static SILENT: LazyLock<Value> = LazyLock::new(|| {
    let Ok(expression) = parse_expr("1 if false") else { return Value::UNDEFINED };
    let mut code = CodeGenerator::new("", "");
    code.compile_expr(&expression);
    let (instructions, _) = code.finish();
    let mut all = (0..).map_while(|at| instructions.get(at));
    let silent = all.find_map(|instruction| match instruction {
        Instruction::LoadConst(value) if value.is_undefined() => Some(value.clone()),
        _ => None,
    });
    silent.unwrap_or(Value::UNDEFINED)
});

/// What `x if c` gives when `c` is false.
pub(super) fn silent_undefined() -> Value {
    SILENT.clone()
}

/// Whether a value is undefined and its use an error.
pub(super) fn is_loudly_undefined(value: &Value) -> bool {
    value.is_undefined() && STRICT.empty_state().format(value.clone()).is_err()
}

/// Applies a filter.
pub(super) fn apply(name: &str, input: Value, arguments: Arguments, lenient: bool) -> Result<Value, TemplateError> {
    if name == "version_to_buildstring" {
        if is_loudly_undefined(&input) {
            return Err(TemplateError::undefined(None));
        }
        arguments.expect(0, 0)?;
        return Ok(Value::from(version_to_buildstring(&printed(&input))));
    }
    if !FILTERS.contains(&name) {
        return Err(TemplateError::new(Code::UnknownFunction, format!("unknown filter `{name}`")).with_help(
            match nearest(name, FILTERS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", FILTERS.join(", ")),
            },
        ));
    }
    let (input, arguments) = as_text(name, input, arguments)?;
    check_growth(name, &input, &arguments)?;
    let environment = if lenient { &LENIENT } else { &STRICT };
    let result = environment.empty_state().apply_filter(name, &call_values(input, arguments))?;
    let result = if result.kind() == ValueKind::Iterable {
        Value::from(result.try_iter()?.take(MAX_ITEMS + 1).collect::<Vec<_>>())
    } else {
        result
    };
    check_value(&result)?;
    Ok(result)
}

/// Performs a test.
pub(super) fn test(name: &str, input: Value, arguments: Arguments, lenient: bool) -> Result<bool, TemplateError> {
    if !TESTS.contains(&name) && name != ">=" {
        return Err(TemplateError::new(Code::UnknownFunction, format!("unknown test `{name}`")).with_help(
            match nearest(name, TESTS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}, >=", TESTS.join(", ")),
            },
        ));
    }
    let environment = if lenient { &LENIENT } else { &STRICT };
    Ok(environment.empty_state().perform_test(name, &call_values(input, arguments))?)
}

fn call_values(input: Value, arguments: Arguments) -> Vec<Value> {
    let mut values = Vec::with_capacity(arguments.positional.len() + 2);
    values.push(input);
    values.extend(arguments.positional);
    if !arguments.named.is_empty() {
        values.push(Kwargs::from_iter(arguments.named.iter().map(|(name, value)| (&**name, value.clone()))).into());
    }
    values
}

/// Bools and nothing as the text that recipes expect, where a filter would print them.
fn as_text(name: &str, input: Value, mut arguments: Arguments) -> Result<(Value, Arguments), TemplateError> {
    let text = |value: Value| match value.kind() {
        ValueKind::Bool | ValueKind::None | ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
            Value::from(printed(&value))
        }
        _ => value,
    };
    let input = match name {
        "upper" | "lower" | "trim" | "replace" => text(input),
        "join" if input.as_str().is_none() && matches!(input.kind(), ValueKind::Seq | ValueKind::Iterable) => {
            Value::from(input.try_iter()?.take(MAX_ITEMS + 1).map(text).collect::<Vec<_>>())
        }
        _ => input,
    };
    if matches!(name, "replace" | "join" | "trim") {
        let not_none = |value: Value| if value.is_none() && name != "replace" { value } else { text(value) };
        arguments.positional = arguments.positional.into_iter().map(not_none).collect();
    }
    Ok((input, arguments))
}

/// Refuses what would grow far beyond its input before it is calculated.
fn check_growth(name: &str, input: &Value, arguments: &Arguments) -> Result<(), TemplateError> {
    let argument_len = |at: usize| arguments.positional.get(at).map_or(0, |v| v.as_str().map_or(32, str::len));
    let grown = match name {
        "replace" => {
            let len = input.as_str().map_or(32, str::len);
            let found = match arguments.positional.first().and_then(Value::as_str) {
                Some("") | None => len + 1,
                Some(from) => input.as_str().map_or(1, |text| text.matches(from).count()),
            };
            found.saturating_mul(argument_len(1)).saturating_add(len)
        }
        "join" => {
            let count = input.as_str().map_or_else(|| input.len().unwrap_or(0), str::len);
            count.saturating_mul(argument_len(0))
        }
        _ => return Ok(()),
    };
    if grown > MAX_VALUE_TEXT {
        return Err(TemplateError::limit("the result of an expression is too large"));
    }
    Ok(())
}

/// The first two parts of a version without dots, as build strings name it: `3.11.* *_cpython` → `311`.
fn version_to_buildstring(text: &str) -> String {
    let version = text.split(' ').next().unwrap_or_default();
    version.split('.').take(2).collect()
}
