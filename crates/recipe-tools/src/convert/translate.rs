//! Old expressions → v1 expressions: names, functions, methods and selectors that v1 spells differently.

use std::collections::{HashMap, HashSet};

use super::expr::{Argument, Expr};
use super::fold::{fold, truth};
use super::notes::{Note, Notes};

/// What names stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Variables of `context`.
    pub(super) context: HashSet<String>,
    /// Variables whose value v1 cannot keep in `context`, such as lists: put in where they are used. v1 expressions.
    pub(super) inline: HashMap<String, Expr>,
    /// The variables of `context` that are literal texts.
    pub(super) literals: HashMap<String, String>,
    /// What `PKG_NAME` and `PKG_VERSION` stand for.
    pub(super) package: HashMap<&'static str, Expr>,
}

/// Functions of conda-build that read files or run programs.
const LOADERS: [&str; 4] = ["load_setup_py_data", "load_setuptools", "load_npm", "load_file_regex"];

/// Translates expressions of one recipe.
pub(super) struct Translator<'a, 'n, 't> {
    pub(super) names: &'a Names,
    pub(super) notes: &'n mut Notes<'t>,
    /// Where the expression is, for diagnostics.
    pub(super) line: usize,
}

impl Translator<'_, '_, '_> {
    /// The v1 form of an expression.
    pub(super) fn expr(&mut self, expr: Expr) -> Expr {
        // `py` and `environ` mean something only in what is around them, so these come first.
        let expr = self.around(expr);
        expr.map(&mut |inner| fold(self.one(inner)))
    }

    /// A condition: as an expression, and without what never matters.
    pub(super) fn condition(&mut self, expr: Expr) -> Expr {
        simplified(self.expr(expr))
    }

    /// Rewrites comparisons of `py` and reads of the environment, from the outside inwards.
    fn around(&mut self, expr: Expr) -> Expr {
        match expr {
            Expr::Compare(left, rest) => self.comparison(*left, rest),
            Expr::Call(callee, arguments) => self.call_around(*callee, arguments),
            Expr::Item(object, key) if is_environ(&object) => match *key {
                Expr::Text(name, _) => self.environment(name, None),
                key => self.unsupported(Expr::Item(object, Box::new(key)), "a computed name in `environ`"),
            },
            Expr::Not(inner) => Expr::Not(Box::new(self.around(*inner))),
            Expr::Binary(operator, left, right) => {
                let left = self.around(*left);
                Expr::Binary(operator, Box::new(left), Box::new(self.around(*right)))
            }
            Expr::If(value, condition, otherwise) => {
                let value = Box::new(self.around(*value));
                let condition = Box::new(self.around(*condition));
                Expr::If(value, condition, otherwise.map(|o| Box::new(self.around(*o))))
            }
            Expr::Filter(value, name, arguments) => {
                let value = Box::new(self.around(*value));
                Expr::Filter(value, name, self.arguments(arguments))
            }
            Expr::Attribute(object, name) => Expr::Attribute(Box::new(self.around(*object)), name),
            Expr::Item(object, key) => {
                if let Some(part) = part_of_split(&object, &key) {
                    return self.around(part);
                }
                let object = Box::new(self.around(*object));
                Expr::Item(object, Box::new(self.around(*key)))
            }
            Expr::Slice(object, parts) => Expr::Slice(Box::new(self.around(*object)), parts),
            Expr::Test(value, negated, name, arguments) => {
                Expr::Test(Box::new(self.around(*value)), negated, name, arguments)
            }
            other => other,
        }
    }

    fn arguments(&mut self, arguments: Vec<Argument>) -> Vec<Argument> {
        arguments.into_iter().map(|a| Argument { name: a.name, value: self.around(a.value) }).collect()
    }

    /// `environ.get("X", "y")`, `os.getenv("X")`.
    fn call_around(&mut self, callee: Expr, arguments: Vec<Argument>) -> Expr {
        let reads_environment = match &callee {
            Expr::Attribute(object, name) => {
                (name == "get" && is_environ(object))
                    || (name == "getenv" && matches!(&**object, Expr::Name(name) if name == "os"))
            }
            _ => false,
        };
        if reads_environment {
            let mut values = arguments.into_iter().map(|argument| argument.value);
            return match (values.next(), values.next()) {
                (Some(Expr::Text(name, _)), default) => self.environment(name, Some(default.unwrap_or(Expr::text("")))),
                _ => self.unsupported(Expr::text(""), "a computed name in `environ`"),
            };
        }
        let callee = self.around(callee);
        Expr::Call(Box::new(callee), self.arguments(arguments))
    }

    fn environment(&mut self, name: String, default: Option<Expr>) -> Expr {
        match name.as_str() {
            // Known while the script is written, as variables of the build.
            "PREFIX" | "SRC_DIR" | "RECIPE_DIR" | "PYTHON" | "SP_DIR" | "STDLIB_DIR" | "BUILD_PREFIX"
            | "LIBRARY_PREFIX" | "LIBRARY_BIN" | "LIBRARY_LIB" | "LIBRARY_INC" | "CPU_COUNT" | "SHLIB_EXT" => {
                return Expr::Name(name);
            }
            "PKG_NAME" | "PKG_VERSION" | "PKG_BUILDNUM" => {
                if let Some(value) = self.names.package.get(name.as_str()) {
                    return value.clone();
                }
            }
            _ if name.starts_with("GIT_") => return self.git(&name),
            _ => {}
        }
        let mut arguments = vec![Argument::positional(Expr::Text(name, '"'))];
        // None is what Python gives for a variable that is not set; it prints as nothing.
        let default = default.map(|default| match default {
            Expr::Name(none) if none == "None" => Expr::text(""),
            other => other,
        });
        arguments.extend(default.map(|default| Argument::named("default", default)));
        Expr::Call(Box::new(Expr::Attribute(Box::new(Expr::name("env")), "get".to_owned())), arguments)
    }

    fn git(&mut self, name: &str) -> Expr {
        self.notes.add(
            Note::UnsupportedJinja,
            self.line,
            format!("`{name}` is not available in v1 recipes"),
            Some("write the version out, or use the experimental `git.latest_tag(url)` and `git.head_rev(url)`"),
        );
        Expr::text("")
    }

    fn unsupported(&mut self, instead: Expr, what: &str) -> Expr {
        self.notes.add(
            Note::UnsupportedJinja,
            self.line,
            format!("{what} has no counterpart in v1 recipes"),
            Some("write out the value"),
        );
        instead
    }

    fn comparison(&mut self, left: Expr, rest: Vec<(&'static str, Expr)>) -> Expr {
        // A chain is the conjunction of its links.
        if rest.len() > 1 {
            let mut operand = left;
            let mut all: Option<Expr> = None;
            for (operator, right) in rest {
                let link = self.comparison(operand, vec![(operator, right.clone())]);
                all = Some(match all {
                    None => link,
                    Some(before) => before.and(link),
                });
                operand = right;
            }
            return all.unwrap_or_else(|| Expr::name("true"));
        }
        let Some((operator, right)) = rest.into_iter().next() else { return left };
        if let Some(package) = interpreter(&left)
            && let Some(matched) = version_match(package, operator, &right)
        {
            return matched;
        }
        // `38 <= py`
        if let Some(package) = interpreter(&right)
            && let Some(mirrored) = mirror(operator)
            && let Some(matched) = version_match(package, mirrored, &left)
        {
            return matched;
        }
        // `x in (undefined, "None")`
        let right = match right {
            Expr::Tuple(items) | Expr::List(items) => Expr::List(
                items.into_iter().filter(|item| !matches!(item, Expr::Name(name) if name == "undefined")).collect(),
            ),
            other => other,
        };
        let left = self.around(left);
        Expr::Compare(Box::new(left), vec![(operator, self.around(right))])
    }

    /// One expression whose parts are translated already.
    fn one(&mut self, expr: Expr) -> Expr {
        match expr {
            Expr::Name(name) => self.variable(name),
            Expr::Call(callee, arguments) => self.call(*callee, arguments),
            Expr::Filter(value, name, arguments) => self.filter(*value, name, arguments),
            Expr::Binary("%", left, right) if matches!(*left, Expr::Text(..)) => self.percent(*left, *right),
            Expr::If(value, condition, None) => {
                // Undefined prints as nothing in both, but v1 refuses it in most places.
                Expr::If(value, condition, Some(Box::new(Expr::text(""))))
            }
            // `mpi or "nompi"`: v1 refuses undefined variables, except with a default.
            Expr::Binary("or", left, right)
                if matches!(*right, Expr::Text(..) | Expr::Number(_))
                    && matches!(&*left, Expr::Name(name) if !self.names.context.contains(name)) =>
            {
                left.filter("default", vec![Argument::positional(*right)])
            }
            Expr::Attribute(object, name) => match *object {
                Expr::Name(object) if matches!(object.as_str(), "os" | "sys" | "datetime" | "time") => {
                    let what = format!("`{object}.{name}`");
                    self.unsupported(Expr::text(""), &what)
                }
                object => Expr::Attribute(Box::new(object), name),
            },
            other => other,
        }
    }

    fn variable(&mut self, name: String) -> Expr {
        if let Some(value) = self.names.inline.get(&name) {
            return value.clone();
        }
        if self.names.context.contains(&name) {
            return Expr::Name(name);
        }
        let python = |spec: &str| {
            Expr::call(
                "match",
                vec![Argument::positional(Expr::name("python")), Argument::positional(Expr::text(spec))],
            )
        };
        match name.as_str() {
            "True" => return Expr::name("true"),
            "False" => return Expr::name("false"),
            "None" => return Expr::name("none"),
            // conda-build: any x86, of 32 or 64 bits.
            "x86" => return Expr::name("x86").or(Expr::name("x86_64")),
            "py3k" => return python(">=3"),
            "py2k" => return python("<3"),
            "posix" => return on_windows("m2-"),
            "native" => return on_windows("m2w64-"),
            "PKG_NAME" | "PKG_VERSION" | "PKG_BUILDNUM" => {
                if let Some(value) = self.names.package.get(name.as_str()) {
                    return value.clone();
                }
            }
            "PKG_HASH" => return Expr::name("hash"),
            "PY_VER" => {
                let dot = || vec![Argument::positional(Expr::Text(".".to_owned(), '\''))];
                let split = Expr::name("python").filter("split", dot());
                let two = Some(Box::new(Expr::Number("2".to_owned())));
                return Expr::Slice(Box::new(split), [None, two, None]).filter("join", dot());
            }
            "py" | "CONDA_PY" => return Expr::name("python").filter("version_to_buildstring", Vec::new()),
            "np" | "CONDA_NPY" => return Expr::name("numpy").filter("version_to_buildstring", Vec::new()),
            _ => {}
        }
        if let Some(digits) = name.strip_prefix("py")
            && digits.len() >= 2
            && let Some(version) = dotted(digits)
        {
            return python(&format!("{version}.*"));
        }
        if name.starts_with("GIT_") {
            return self.git(&name);
        }
        Expr::Name(name)
    }

    fn call(&mut self, callee: Expr, arguments: Vec<Argument>) -> Expr {
        match callee {
            Expr::Name(name) => self.function(name, arguments),
            Expr::Attribute(object, method) => self.method(*object, method, arguments),
            callee => Expr::Call(Box::new(callee), arguments),
        }
    }

    fn function(&mut self, name: String, mut arguments: Vec<Argument>) -> Expr {
        match (name.as_str(), arguments.len()) {
            ("pin_compatible" | "pin_subpackage", _) => return self.pin(&name, arguments),
            ("compiler" | "stdlib" | "cdt", _) => {
                // conda-build takes further arguments that no recipe needs.
                arguments.truncate(1);
            }
            ("int", 1) => return arguments.remove(0).value.filter("int", Vec::new()),
            ("len", 1) => return arguments.remove(0).value.filter("length", Vec::new()),
            ("str", 1) => return arguments.remove(0).value,
            ("bool", 1) => return arguments.remove(0).value.filter("bool", Vec::new()),
            ("load_file_data", _) => {
                let path = arguments.into_iter().find(|a| a.name.is_none() || a.name.as_deref() == Some("fname"));
                self.notes.add(
                    Note::NeedsReview,
                    self.line,
                    "`load_file_data` became `load_from_file`, which is experimental and reads only files next to the recipe",
                    Some("write out the values that the recipe needs"),
                );
                return Expr::call("load_from_file", path.into_iter().map(|a| Argument::positional(a.value)).collect());
            }
            (loader, _) if LOADERS.contains(&loader) => {
                let what = format!("`{loader}()`");
                return self.unsupported(Expr::Map(Vec::new()), &what);
            }
            ("resolved_packages" | "installed" | "dict" | "datetime" | "now" | "float" | "range", _) => {
                let what = format!("`{name}()`");
                return self.unsupported(Expr::text(""), &what);
            }
            _ => {}
        }
        Expr::call(&name, arguments)
    }

    fn pin(&mut self, name: &str, arguments: Vec<Argument>) -> Expr {
        let positional: &[&str] = match name {
            "pin_subpackage" => &["lower_bound", "upper_bound", "exact"],
            _ => &["lower_bound", "upper_bound", "lower_bound", "upper_bound"],
        };
        let mut package = None;
        let mut named: Vec<(String, Expr)> = Vec::new();
        for (index, argument) in arguments.into_iter().enumerate() {
            match argument.name.as_deref() {
                None if index == 0 => package = Some(argument.value),
                Some("package_name") => package = Some(argument.value),
                None => {
                    if let Some(name) = positional.get(index - 1) {
                        named.push(((*name).to_owned(), argument.value));
                    }
                }
                Some(old) => {
                    let new = match old {
                        "min_pin" => "lower_bound",
                        "max_pin" => "upper_bound",
                        other => other,
                    };
                    // An explicit bound is stronger than a pattern, in whichever order they come.
                    match named.iter_mut().find(|(name, _)| name == new) {
                        Some(_) if matches!(old, "min_pin" | "max_pin") => {}
                        Some(found) => found.1 = argument.value,
                        None => named.push((new.to_owned(), argument.value)),
                    }
                }
            }
        }
        let is_false = |value: &Expr| matches!(value, Expr::Name(name) if matches!(name.as_str(), "false" | "False"));
        // `exact=False` would remove the bounds; an exact pin has none.
        named.retain(|(name, value)| !(name == "exact" && is_false(value)));
        if named.iter().any(|(name, _)| name == "exact") {
            named.retain(|(name, _)| name == "exact");
            for (_, value) in &mut named {
                *value = Expr::name("true");
            }
        }
        named.retain(|(name, _)| matches!(name.as_str(), "lower_bound" | "upper_bound" | "exact" | "build"));
        for (_, value) in &mut named {
            // No pin at all is an empty text in old recipes.
            if matches!(value, Expr::Text(text, _) if text.is_empty()) {
                *value = Expr::name("none");
            }
            if let Expr::Number(number) = value {
                *value = Expr::text(number.clone());
            }
        }
        let arguments = package.into_iter().map(Argument::positional);
        Expr::call(
            name,
            arguments.chain(named.into_iter().map(|(name, value)| Argument { name: Some(name), value })).collect(),
        )
    }

    fn method(&mut self, object: Expr, method: String, mut arguments: Vec<Argument>) -> Expr {
        if matches!(&object, Expr::Name(name) if matches!(name.as_str(), "env" | "git")) {
            return Expr::Call(Box::new(Expr::Attribute(Box::new(object), method)), arguments);
        }
        let test =
            |object: Expr, name: &str, arguments| Expr::Test(Box::new(object), false, name.to_owned(), arguments);
        match (method.as_str(), arguments.len()) {
            ("lower" | "casefold", 0) => object.filter("lower", arguments),
            ("upper", 0) => object.filter("upper", arguments),
            ("strip", 0) => object.filter("trim", arguments),
            ("replace", 2 | 3) => {
                arguments.truncate(2);
                object.filter("replace", arguments)
            }
            ("split", 0 | 1) => object.filter("split", arguments),
            ("split", 2) => object.filter("split", arguments),
            // `a.rsplit('.', 1)[0]` is all but the last part; without a limit both are the same.
            ("rsplit", 0 | 1) => object.filter("split", arguments),
            ("join", 1) => {
                let list = arguments.remove(0).value;
                list.filter("join", vec![Argument::positional(object)])
            }
            ("startswith", 1) => test(object, "startingwith", arguments),
            ("endswith", 1) => test(object, "endingwith", arguments),
            ("format", _) => self.format(object, arguments),
            ("get", 1 | 2) if matches!(object, Expr::Map(_)) => match (&object, &arguments[0].value) {
                (Expr::Map(entries), Expr::Text(key, _)) => entries
                    .iter()
                    .find(|(name, _)| matches!(name, Expr::Text(text, _) if text == key))
                    .map(|(_, value)| value.clone())
                    .or_else(|| arguments.get(1).map(|a| a.value.clone()))
                    .unwrap_or_else(|| Expr::text("")),
                _ => object,
            },
            _ => {
                let what = format!("the method `{method}()`");
                let call = Expr::Call(Box::new(Expr::Attribute(Box::new(object), method)), arguments);
                self.unsupported(call, &what)
            }
        }
    }

    /// `"{}-{}".format(a, b)`.
    fn format(&mut self, object: Expr, arguments: Vec<Argument>) -> Expr {
        let Expr::Text(pattern, quote) = &object else {
            return self.unsupported(object, "the method `format()`");
        };
        let mut parts: Vec<Expr> = Vec::new();
        let mut rest = pattern.as_str();
        let mut next = 0;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
            let field = &rest[open + 1..close];
            let value = if field.is_empty() {
                next += 1;
                arguments.iter().filter(|a| a.name.is_none()).nth(next - 1)
            } else if let Ok(index) = field.parse::<usize>() {
                arguments.iter().filter(|a| a.name.is_none()).nth(index)
            } else {
                arguments.iter().find(|a| a.name.as_deref() == Some(field))
            };
            let Some(value) = value else {
                return self.unsupported(object, "this form of `format()`");
            };
            if open > 0 {
                parts.push(Expr::Text(rest[..open].to_owned(), *quote));
            }
            parts.push(value.value.clone());
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Expr::Text(rest.to_owned(), *quote));
        }
        concatenated(parts)
    }

    /// `"%s-%s" % (a, b)`.
    fn percent(&mut self, left: Expr, right: Expr) -> Expr {
        let Expr::Text(pattern, quote) = &left else { return left };
        let values = match right {
            Expr::Tuple(values) | Expr::List(values) => values,
            value => vec![value],
        };
        let pieces: Vec<&str> = pattern.split("%s").flat_map(|p| p.split("%d")).collect();
        if pieces.len() != values.len() + 1 || pieces.iter().any(|piece| piece.contains('%')) {
            return self.unsupported(left, "this form of `%`");
        }
        let mut parts = Vec::new();
        let mut values = values.into_iter();
        for piece in pieces {
            if !piece.is_empty() {
                parts.push(Expr::Text(piece.to_owned(), *quote));
            }
            parts.extend(values.next());
        }
        concatenated(parts)
    }

    fn filter(&mut self, value: Expr, name: String, arguments: Vec<Argument>) -> Expr {
        match name.as_str() {
            "abs"
            | "bool"
            | "default"
            | "first"
            | "int"
            | "join"
            | "last"
            | "length"
            | "list"
            | "lower"
            | "max"
            | "min"
            | "replace"
            | "reverse"
            | "sort"
            | "split"
            | "trim"
            | "unique"
            | "upper"
            | "version_to_buildstring" => value.filter(&name, arguments),
            "d" => value.filter("default", arguments),
            "count" => value.filter("length", arguments),
            // Texts are texts already, and nothing is escaped in YAML.
            "string" | "safe" | "e" | "escape" => value,
            "format" => match &value {
                Expr::Text(..) => self.percent(value, Expr::Tuple(arguments.into_iter().map(|a| a.value).collect())),
                _ => self.unsupported(value, "the filter `format`"),
            },
            _ => {
                let what = format!("the filter `{name}`");
                self.unsupported(value, &what)
            }
        }
    }
}

/// `a.rpartition(".")[0]`, `a.rsplit(".", 1)[-1]` and the like, as items and slices of `a.split(".")`.
fn part_of_split(object: &Expr, key: &Expr) -> Option<Expr> {
    let Expr::Call(callee, arguments) = object else { return None };
    let Expr::Attribute(text, method) = &**callee else { return None };
    let index = match key {
        Expr::Number(number) => number.parse::<i64>().ok()?,
        Expr::Sign('-', number) => match &**number {
            Expr::Number(number) => -number.parse::<i64>().ok()?,
            _ => return None,
        },
        _ => return None,
    };
    let separator = arguments.first()?.clone();
    let split = || {
        let split = Expr::Attribute(text.clone(), "split".to_owned());
        Expr::Call(Box::new(split), vec![separator.clone()])
    };
    let number = |number: &str| Some(Box::new(Expr::Number(number.to_owned())));
    let joined = |parts| {
        let slice = Expr::Slice(Box::new(split()), parts);
        slice.filter("join", vec![separator.clone()])
    };
    let once = matches!(arguments.get(1).map(|a| &a.value), Some(Expr::Number(limit)) if limit == "1");
    match (method.as_str(), index) {
        ("partition", 0) => Some(Expr::Item(Box::new(split()), number("0")?)),
        ("partition", 2 | -1) => Some(joined([number("1"), None, None])),
        ("split", 1 | -1) if once => Some(joined([number("1"), None, None])),
        ("split", 0) if once => Some(Expr::Item(Box::new(split()), number("0")?)),
        ("rpartition", 0) => Some(joined([None, number("-1"), None])),
        ("rsplit", 0) if once => Some(joined([None, number("-1"), None])),
        ("rpartition", 2 | -1) => Some(split().filter("last", Vec::new())),
        ("rsplit", 1 | -1) if once => Some(split().filter("last", Vec::new())),
        _ => None,
    }
}

fn concatenated(parts: Vec<Expr>) -> Expr {
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_else(|| Expr::text(""));
    parts.fold(first, |left, right| Expr::Binary("~", Box::new(left), Box::new(right)))
}

fn on_windows(prefix: &str) -> Expr {
    Expr::If(Box::new(Expr::text(prefix)), Box::new(Expr::name("win")), Some(Box::new(Expr::text(""))))
}

fn is_environ(expr: &Expr) -> bool {
    match expr {
        Expr::Name(name) => name == "environ",
        Expr::Attribute(object, name) => name == "environ" && matches!(&**object, Expr::Name(object) if object == "os"),
        _ => false,
    }
}

/// The package that `py`, `np` and the like give the version of, also as `int(py)` and `py|int`.
fn interpreter(expr: &Expr) -> Option<&'static str> {
    match expr {
        Expr::Name(name) => match name.as_str() {
            "py" | "CONDA_PY" => Some("python"),
            "np" | "CONDA_NPY" => Some("numpy"),
            "pl" => Some("perl"),
            "lua" => Some("lua"),
            "r" => Some("r_base"),
            _ => None,
        },
        Expr::Call(callee, arguments) if arguments.len() == 1 => match &**callee {
            Expr::Name(name) if matches!(name.as_str(), "int" | "str") => interpreter(&arguments[0].value),
            _ => None,
        },
        Expr::Filter(value, name, _) if matches!(name.as_str(), "int" | "string") => interpreter(value),
        _ => None,
    }
}

fn mirror(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        "==" => "==",
        "!=" => "!=",
        _ => return None,
    })
}

/// `py < 38` → `match(python, "<3.8")`.
fn version_match(package: &str, operator: &str, right: &Expr) -> Option<Expr> {
    let test = |spec: String| {
        Expr::call("match", vec![Argument::positional(Expr::name(package)), Argument::positional(Expr::text(spec))])
    };
    let any = |items: &[Expr]| -> Option<Expr> {
        let mut all = items.iter().map(|item| Some(test(format!("{}.*", dotted(&digits(item)?)?))));
        let first = all.next()??;
        all.try_fold(first, |left, right| Some(left.or(right?)))
    };
    match (operator, right) {
        ("in", Expr::List(items) | Expr::Tuple(items)) => any(items),
        ("not in", Expr::List(items) | Expr::Tuple(items)) => any(items).map(|any| Expr::Not(Box::new(any))),
        _ => {
            let digits = digits(right)?;
            let version = dotted(&digits)?;
            Some(match operator {
                "<" | ">=" => test(format!("{operator}{version}")),
                "<=" => test(format!("<{}", dotted(&next(&digits)?)?)),
                ">" => test(format!(">={}", dotted(&next(&digits)?)?)),
                "==" => test(format!("{version}.*")),
                "!=" => Expr::Not(Box::new(test(format!("{version}.*")))),
                _ => return None,
            })
        }
    }
}

fn digits(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Number(text) | Expr::Text(text, _) if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() => {
            Some(text.clone())
        }
        // `py >= 3.8` never meant what it says: `py` is 38.
        _ => None,
    }
}

/// `310` → `3.10`, `3` → `3`.
fn dotted(digits: &str) -> Option<String> {
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (major, minor) = digits.split_at(1);
    Some(if minor.is_empty() { major.to_owned() } else { format!("{major}.{}", minor.parse::<u32>().ok()?) })
}

/// The version after: `39` → `310`.
fn next(digits: &str) -> Option<String> {
    let (major, minor) = digits.split_at(1);
    Some(match minor.parse::<u32>() {
        Ok(minor) => format!("{major}{}", minor + 1),
        Err(_) => (major.parse::<u32>().ok()? + 1).to_string(),
    })
}

/// The same condition without parts that always hold, and without double negation.
fn simplified(expr: Expr) -> Expr {
    match expr {
        Expr::Binary("and", left, right) => {
            let (left, right) = (simplified(*left), simplified(*right));
            match (truth(&left), truth(&right)) {
                (Some(true), _) => right,
                (_, Some(true)) => left,
                _ => left.and(right),
            }
        }
        Expr::Binary("or", left, right) => {
            let (left, right) = (simplified(*left), simplified(*right));
            match (truth(&left), truth(&right)) {
                (Some(false), _) => right,
                (_, Some(false)) => left,
                _ => left.or(right),
            }
        }
        Expr::Not(inner) => match simplified(*inner) {
            Expr::Not(inner) => *inner,
            inner => Expr::Not(Box::new(inner)),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::super::expr_parse::parse;
    use super::*;

    fn translated(text: &str) -> (String, usize) {
        let names = Names { context: ["version".to_owned(), "name".to_owned()].into(), ..Names::default() };
        let mut notes = Notes::new("", None);
        let mut translator = Translator { names: &names, notes: &mut notes, line: 0 };
        let printed = translator.condition(parse(text).unwrap()).print();
        (printed, notes.finish().len())
    }

    #[test]
    fn selectors_become_conditions() {
        for (old, new) in [
            ("win", "win"),
            ("not win", "not win"),
            ("py<38", "match(python, \"<3.8\")"),
            ("py >= 310 and linux", "match(python, \">=3.10\") and linux"),
            ("py == 27", "match(python, \"2.7.*\")"),
            ("py != 36", "not match(python, \"3.6.*\")"),
            ("py > 39", "match(python, \">=3.10\")"),
            ("py <= 39", "match(python, \"<3.10\")"),
            ("int(py) < 37", "match(python, \"<3.7\")"),
            ("36 <= py < 39", "match(python, \">=3.6\") and match(python, \"<3.9\")"),
            ("py in (27, 35)", "match(python, \"2.7.*\") or match(python, \"3.5.*\")"),
            ("py not in [36]", "not match(python, \"3.6.*\")"),
            ("py3k or win", "match(python, \">=3\") or win"),
            ("py2k", "match(python, \"<3\")"),
            ("py36", "match(python, \"3.6.*\")"),
            ("x86 and unix", "(x86 or x86_64) and unix"),
            ("mpi == 'nompi'", "mpi == 'nompi'"),
            ("cuda_compiler_version != \"None\"", "cuda_compiler_version != \"None\""),
            ("build_platform != target_platform", "build_platform != target_platform"),
            ("(linux and aarch64) or ppc64le", "linux and aarch64 or ppc64le"),
            ("True and win", "win"),
            ("os.environ.get('A', '') == '1'", "env.get(\"A\", default='') == '1'"),
            ("mpi.startswith('open')", "mpi is startingwith('open')"),
            ("vc < 14", "vc < 14"),
        ] {
            assert_eq!(translated(old), (new.to_owned(), 0), "{old}");
        }
    }

    #[test]
    fn functions_and_methods_take_their_v1_form() {
        for (old, new) in [
            ("pin_compatible('numpy', max_pin='x.x')", "pin_compatible('numpy', upper_bound='x.x')"),
            ("pin_subpackage(name, exact=True)", "pin_subpackage(name, exact=true)"),
            ("pin_subpackage('a', 'x.x')", "pin_subpackage('a', lower_bound='x.x')"),
            ("pin_compatible('a', min_pin='x.x', lower_bound='1.2')", "pin_compatible('a', lower_bound='1.2')"),
            ("pin_compatible('a', max_pin=None)", "pin_compatible('a', upper_bound=none)"),
            ("pin_subpackage('a', exact=False, max_pin='x')", "pin_subpackage('a', upper_bound='x')"),
            ("name.replace('-', '_')", "name | replace('-', '_')"),
            ("name[0]", "name[0]"),
            ("'.'.join(version.split('.')[:2])", "(version | split('.'))[:2] | join('.')"),
            ("'{}-{}'.format(name, version)", "name ~ '-' ~ version"),
            ("'v%s' % version", "'v' ~ version"),
            ("posix", "\"m2-\" if win else \"\""),
            ("'a' if win", "'a' if win else \"\""),
            ("version.rpartition('.')[0]", "(version | split('.'))[:-1] | join('.')"),
            ("version.rsplit('.', 1)[-1]", "version | split('.') | last"),
            ("mpi or 'nompi'", "mpi | default('nompi')"),
            ("name in (undefined, 'None')", "name in ['None']"),
            ("environ['PREFIX']", "PREFIX"),
            ("compiler('c')", "compiler('c')"),
        ] {
            assert_eq!(translated(old), (new.to_owned(), 0), "{old}");
        }
    }

    #[test]
    fn what_v1_does_not_have_is_reported() {
        for old in
            ["load_setup_py_data()", "GIT_DESCRIBE_TAG", "environ['GIT_FULL_HASH']", "name|title", "name.zfill(3)"]
        {
            assert_eq!(translated(old).1, 1, "{old}");
        }
    }
}
