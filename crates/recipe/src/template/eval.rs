//! Evaluates parsed templates.
//!
//! An own evaluator rather than minijinja's machine: it says which name is undefined, remembers the names that were
//! looked up, needs no second parse, and has bounds on time and memory, since templates come from strangers and a trap
//! in WebAssembly cannot be caught.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;

use super::error::TemplateError;
use super::filters::{self, is_loudly_undefined, silent_undefined};
use super::functions::{self, Arguments};
use super::limits::{MAX_ITEMS, MAX_OUTPUT, MAX_STEPS, check_value};
use super::operators;
use super::print::print;
use super::program::{Arg, Comparison, Expr, ForLoop, IfExpr, Node, Operator, Target};
use super::scope::Scope;

/// Evaluates one template.
pub(super) struct Evaluator<'s> {
    scope: &'s Scope<'s>,
    /// Names that survive as `${{ NAME }}` where they have no value yet.
    late: &'s [&'s str],
    locals: RefCell<Vec<(Arc<str>, Value)>>,
    captured: RefCell<Option<Value>>,
    steps: Cell<u32>,
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(scope: &'s Scope<'s>, late: &'s [&'s str]) -> Self {
        Self { scope, late, locals: RefCell::default(), captured: RefCell::default(), steps: Cell::new(0) }
    }

    fn step(&self) -> Result<(), TemplateError> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            return Err(TemplateError::limit(format!("the template takes more than {MAX_STEPS} steps")));
        }
        Ok(())
    }

    /// Renders the pieces of a template.
    pub(super) fn render(&self, nodes: &[Node], out: &mut String) -> Result<(), TemplateError> {
        for node in nodes {
            self.step()?;
            self.node(node, out)?;
            if out.len() > MAX_OUTPUT {
                return Err(TemplateError::limit(format!("the template gives more than {MAX_OUTPUT} bytes")));
            }
        }
        Ok(())
    }

    fn node(&self, node: &Node, out: &mut String) -> Result<(), TemplateError> {
        match node {
            Node::Raw(text) => out.push_str(text),
            Node::Emit(expr) => {
                let value = self.eval(expr)?;
                self.emit(expr, &value, out)?;
            }
            Node::For(for_loop) => self.for_loop(for_loop, out)?,
            Node::If(test, then, otherwise) => {
                let branch = if self.holds(test)? { then } else { otherwise };
                self.render(branch, out)?;
            }
            Node::Set(target, expr) => {
                let value = self.eval(expr)?;
                self.assign(target, value)?;
            }
            Node::SetBlock(target, filter, body) => {
                let value = self.capture(body, filter.as_ref())?;
                self.assign(target, value)?;
            }
            Node::With(assignments, body) => {
                let mark = self.locals.borrow().len();
                for (target, expr) in assignments {
                    let value = self.eval(expr)?;
                    self.assign(target, value)?;
                }
                self.render(body, out)?;
                self.locals.borrow_mut().truncate(mark);
            }
            Node::Filter(filter, body) => {
                let value = self.capture(body, Some(filter))?;
                self.emit(filter, &value, out)?;
            }
            Node::Do(call) => {
                self.eval(call)?;
            }
            Node::Unavailable(tag) => {
                return Err(TemplateError::failed(format!("recipes do not have the tag `{{% {tag} %}}`")));
            }
        }
        Ok(())
    }

    fn capture(&self, body: &[Node], filter: Option<&Expr>) -> Result<Value, TemplateError> {
        let mut text = String::new();
        self.render(body, &mut text)?;
        let value = Value::from(text);
        check_value(&value)?;
        let Some(filter) = filter else { return Ok(value) };
        let outer = self.captured.replace(Some(value));
        let result = self.eval(filter);
        self.captured.replace(outer);
        result
    }

    fn emit(&self, expr: &Expr, value: &Value, out: &mut String) -> Result<(), TemplateError> {
        if let Some(text) = value.as_str() {
            out.push_str(text);
        } else if value.is_undefined() {
            self.require(expr, value)?;
        } else {
            print(value, out);
        }
        Ok(())
    }

    fn for_loop(&self, for_loop: &ForLoop, out: &mut String) -> Result<(), TemplateError> {
        let iterable = self.eval(&for_loop.iterable)?;
        self.require(&for_loop.iterable, &iterable)?;
        let mark = self.locals.borrow().len();
        let mut items = Vec::new();
        for item in iterable.try_iter()?.take(MAX_ITEMS) {
            if let Some(condition) = &for_loop.condition {
                self.step()?;
                self.assign(&for_loop.target, item.clone())?;
                let keep = self.holds(condition)?;
                self.locals.borrow_mut().truncate(mark);
                if !keep {
                    continue;
                }
            }
            items.push(item);
        }
        if items.is_empty() {
            return self.render(&for_loop.otherwise, out);
        }
        let depth = self.locals.borrow().iter().filter(|(name, _)| &**name == "loop").count();
        for (index, item) in items.iter().enumerate() {
            self.step()?;
            self.locals.borrow_mut().push(("loop".into(), loop_value(&items, index, depth)));
            self.assign(&for_loop.target, item.clone())?;
            self.render(&for_loop.body, out)?;
            self.locals.borrow_mut().truncate(mark);
        }
        Ok(())
    }

    fn assign(&self, target: &Target, value: Value) -> Result<(), TemplateError> {
        match target {
            Target::Name(name) => {
                self.locals.borrow_mut().push((name.clone(), value));
                Ok(())
            }
            Target::List(targets) => {
                let values: Vec<Value> = value.try_iter()?.take(MAX_ITEMS).collect();
                if values.len() != targets.len() {
                    return Err(TemplateError::failed(format!(
                        "cannot unpack: sequence of wrong length (expected {}, got {})",
                        targets.len(),
                        values.len()
                    )));
                }
                targets.iter().zip(values).try_for_each(|(target, value)| self.assign(target, value))
            }
            Target::Invalid => Err(TemplateError::failed("invalid operation: can only assign to names")),
        }
    }

    /// Fails if a value is undefined and its use an error.
    fn require(&self, expr: &Expr, value: &Value) -> Result<(), TemplateError> {
        if value.is_undefined() && !self.scope.lenient && is_loudly_undefined(value) {
            return Err(undefined(expr));
        }
        Ok(())
    }

    /// Fails if a value is undefined and to ask for its truth an error.
    fn require_truth(&self, expr: &Expr, value: &Value) -> Result<(), TemplateError> {
        if self.scope.variant_file { Ok(()) } else { self.require(expr, value) }
    }

    /// Whether an expression is true; undefined is an error, but in variant files.
    pub(super) fn holds(&self, expr: &Expr) -> Result<bool, TemplateError> {
        let value = self.eval(expr)?;
        self.require_truth(expr, &value)?;
        Ok(value.is_true())
    }

    /// The value of an expression.
    ///
    /// Each case has a function of its own: this one recurses, and its frame has to stay small.
    pub(super) fn eval(&self, expr: &Expr) -> Result<Value, TemplateError> {
        self.step()?;
        match expr {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Var(name) => Ok(self.variable(name)),
            Expr::Captured => Ok(self.captured.borrow().clone().unwrap_or(Value::UNDEFINED)),
            Expr::Not(inner) => self.holds(inner).map(|holds| Value::from(!holds)),
            Expr::Negate(inner) => self.required(inner).and_then(|value| operators::negate(&value)),
            Expr::And(left, right) => self.either(left, right, true),
            Expr::ConstantAnd(left, right) => self.constant_and(left, right),
            Expr::Or(left, right) => self.either(left, right, false),
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expr::Compare(first, rest) => self.compare(first, rest),
            Expr::If(choice) => self.choose(choice),
            Expr::Filter(input, name, arguments) => self.filter(input, name, arguments),
            Expr::Test(input, name, arguments) => self.test(input, name, arguments),
            Expr::Attribute(inner, name) => self.attribute(inner, name),
            Expr::Item(inner, index) => self.item(inner, index),
            Expr::Slice(inner, bounds) => self.slice(inner, bounds),
            Expr::Call(name, arguments) => self.call(name, arguments),
            Expr::Method(object, name, arguments) => self.method(object, name, arguments),
            Expr::CallValue(callee, arguments) => self.call_value(callee, arguments),
            Expr::List(items) => self.list(items),
            Expr::Map(entries) => self.map(entries),
        }
    }

    /// `and` and `or`: the right side is looked at only if the truth of the left one is `go_on`.
    fn either(&self, left: &Expr, right: &Expr, go_on: bool) -> Result<Value, TemplateError> {
        let value = self.eval(left)?;
        self.require_truth(left, &value)?;
        if value.is_true() == go_on { self.eval(right) } else { Ok(value) }
    }

    /// `and` of two constants: minijinja calculates it when it compiles, and then it gives `false` in place of the left
    /// side. Where that fails, it is the usual `and`.
    fn constant_and(&self, left: &Expr, right: &Expr) -> Result<Value, TemplateError> {
        let value = self.eval(left)?;
        match self.eval(right) {
            Ok(right) if value.is_true() && right.is_true() => Ok(right),
            Ok(_) => Ok(Value::from(false)),
            Err(error) if value.is_true() => Err(error),
            Err(_) => Ok(value),
        }
    }

    fn binary(&self, operator: Operator, left: &Expr, right: &Expr) -> Result<Value, TemplateError> {
        // Both sides are looked at before either is found to be undefined: `skip` swallows the error, but what was looked
        // up counts.
        let (a, b) = (self.eval(left)?, self.eval(right)?);
        self.require(left, &a)?;
        self.require(right, &b)?;
        operators::binary(operator, &a, &b)
    }

    fn choose(&self, choice: &IfExpr) -> Result<Value, TemplateError> {
        if self.holds(&choice.test)? {
            return self.eval(&choice.value);
        }
        match &choice.otherwise {
            Some(otherwise) => self.eval(otherwise),
            None => Ok(silent_undefined()),
        }
    }

    fn filter(&self, input: &Expr, name: &str, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let value = self.eval(input)?;
        let arguments = self.arguments(arguments)?;
        // `join` takes undefined for nothing to join, as in minijinja.
        if !matches!(name, "default" | "join") {
            self.require(input, &value)?;
        }
        filters::apply(name, value, arguments, self.scope.lenient)
    }

    fn test(&self, input: &Expr, name: &str, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let value = self.eval(input)?;
        filters::test(name, value, self.arguments(arguments)?, self.scope.lenient).map(Value::from)
    }

    /// The value of an object that must not be undefined, even leniently.
    fn object(&self, expr: &Expr) -> Result<Value, TemplateError> {
        let value = self.eval(expr)?;
        if value.is_undefined() { Err(undefined(expr)) } else { Ok(value) }
    }

    fn attribute(&self, inner: &Expr, name: &str) -> Result<Value, TemplateError> {
        Ok(self.object(inner)?.get_attr(name)?)
    }

    fn item(&self, inner: &Expr, index: &Expr) -> Result<Value, TemplateError> {
        let (value, index) = (self.eval(inner)?, self.eval(index)?);
        if value.is_undefined() {
            return Err(undefined(inner));
        }
        Ok(value.get_item(&index)?)
    }

    fn slice(&self, inner: &Expr, bounds: &[Option<Expr>; 3]) -> Result<Value, TemplateError> {
        let value = self.required(inner)?;
        let mut values = [None, None, None];
        for (value, bound) in values.iter_mut().zip(bounds) {
            *value = bound.as_ref().map(|bound| self.eval(bound)).transpose()?;
        }
        operators::slice(&value, values)
    }

    fn call(&self, name: &str, arguments: &[Arg]) -> Result<Value, TemplateError> {
        functions::call(name, self.arguments(arguments)?, self.scope)
    }

    fn call_value(&self, callee: &Expr, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let value = self.required(callee)?;
        self.arguments(arguments)?;
        Err(TemplateError::failed(format!("invalid operation: value of type {} is not callable", value.kind())))
    }

    fn list(&self, items: &[Expr]) -> Result<Value, TemplateError> {
        let list = items.iter().map(|item| self.eval(item)).collect::<Result<Vec<_>, _>>()?;
        let list = Value::from(list);
        check_value(&list)?;
        Ok(list)
    }

    fn map(&self, entries: &[(Expr, Expr)]) -> Result<Value, TemplateError> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            map.insert(self.eval(key)?, self.eval(value)?);
        }
        let map = Value::from(map);
        check_value(&map)?;
        Ok(map)
    }

    fn required(&self, expr: &Expr) -> Result<Value, TemplateError> {
        let value = self.eval(expr)?;
        self.require(expr, &value)?;
        Ok(value)
    }

    fn variable(&self, name: &Arc<str>) -> Value {
        if let Some((_, value)) = self.locals.borrow().iter().rev().find(|(local, _)| local == name) {
            return value.clone();
        }
        if self.late.contains(&&**name) {
            // A value is taken where there is one, but that the variable is late keeps it from counting as used.
            return self.scope.get(name).unwrap_or_else(|| Value::from(format!("${{{{ {name} }}}}")));
        }
        match self.scope.lookup(name) {
            Some(value) => value,
            None if functions::is_object(name) => Value::from(BTreeMap::<String, Value>::new()),
            None if functions::is_function(name) => Value::from(format!("function {name}")),
            None => Value::UNDEFINED,
        }
    }

    fn compare(&self, first: &Expr, rest: &[(Comparison, Expr)]) -> Result<Value, TemplateError> {
        let mut left = self.eval(first)?;
        let mut left_expr = first;
        for (comparison, expr) in rest {
            let right = self.eval(expr)?;
            self.require(left_expr, &left)?;
            self.require(expr, &right)?;
            let holds = match comparison {
                Comparison::Equal => left == right,
                Comparison::NotEqual => left != right,
                Comparison::Less => left < right,
                Comparison::LessOrEqual => left <= right,
                Comparison::Greater => left > right,
                Comparison::GreaterOrEqual => left >= right,
                Comparison::In => operators::contains(&right, &left)?,
                Comparison::NotIn => !operators::contains(&right, &left)?,
            };
            if !holds {
                return Ok(Value::from(false));
            }
            left = right;
            left_expr = expr;
        }
        Ok(Value::from(true))
    }

    fn method(&self, object: &Expr, name: &str, arguments: &[Arg]) -> Result<Value, TemplateError> {
        if let Expr::Var(variable) = object
            && functions::is_object(variable)
            && self.scope.get(variable).is_none()
        {
            let arguments = self.arguments(arguments)?;
            return functions::call_method(variable, name, arguments, self.scope);
        }
        let value = self.object(object)?;
        let arguments = self.arguments(arguments)?;
        if matches!(object, Expr::Var(variable) if &**variable == "loop")
            && name == "cycle"
            && let Some(index) = value.get_attr("index0")?.as_usize()
        {
            let choices = &arguments.positional;
            return Ok(index.checked_rem(choices.len()).and_then(|at| choices.get(at)).cloned().unwrap_or_default());
        }
        let error = TemplateError::failed(format!("unknown method: {} has no method named {name}", value.kind()));
        Err(if filters::FILTERS.contains(&name) {
            error.with_help(format!("values have no methods in recipes; use the filter: `… | {name}`"))
        } else {
            error
        })
    }

    fn arguments(&self, arguments: &[Arg]) -> Result<Arguments, TemplateError> {
        let mut values = Arguments::default();
        for argument in arguments {
            match argument {
                Arg::Positional(expr) => values.positional.push(self.eval(expr)?),
                Arg::Named(name, expr) => values.named.push((name.clone(), self.eval(expr)?)),
                Arg::Splat(expr) => values.positional.extend(self.required(expr)?.try_iter()?.take(MAX_ITEMS)),
                Arg::NamedSplat(expr) => {
                    let map = self.required(expr)?;
                    for key in map.try_iter()?.take(MAX_ITEMS) {
                        let value = map.get_item(&key)?;
                        values.named.push((key.to_string().into(), value));
                    }
                }
            }
        }
        Ok(values)
    }
}

/// The value of the variable `loop`.
fn loop_value(items: &[Value], index: usize, depth: usize) -> Value {
    let count = items.len();
    let neighbour = |at: Option<usize>| at.and_then(|at| items.get(at)).cloned().unwrap_or(Value::UNDEFINED);
    Value::from(BTreeMap::from([
        ("depth", Value::from(depth + 1)),
        ("depth0", Value::from(depth)),
        ("index", Value::from(index + 1)),
        ("index0", Value::from(index)),
        ("revindex", Value::from(count - index)),
        ("revindex0", Value::from(count - index - 1)),
        ("first", Value::from(index == 0)),
        ("last", Value::from(index + 1 == count)),
        ("length", Value::from(count)),
        ("previtem", neighbour(index.checked_sub(1))),
        ("nextitem", neighbour(index.checked_add(1))),
    ]))
}

/// The error for a use of an undefined value, with the name where the expression is one.
fn undefined(expr: &Expr) -> TemplateError {
    TemplateError::undefined(path(expr).as_deref())
}

fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Var(name) => Some((**name).to_owned()),
        Expr::Attribute(inner, name) => Some(format!("{}.{name}", path(inner)?)),
        _ => None,
    }
}
