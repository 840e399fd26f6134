//! Evaluates parsed templates.
//!
//! An own evaluator rather than minijinja's machine: it says which name is undefined, records the names that were
//! looked up, needs no second parse, and has bounds on time and memory, since templates come from strangers and a trap
//! in WebAssembly cannot be caught.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use minijinja::Value;

use super::calls;
use super::error::TemplateError;
use super::filters::{self, is_loudly_undefined, silent_undefined};
use super::limits::{MAX_STEPS, check_value};
use super::program::{Arg, Comparison, Expr, ForLoop, IfExpr, Operator};
use super::scope::Scope;
use super::{functions, operators};
use crate::diagnostic::Undefined;

/// Evaluates one template.
pub(super) struct Evaluator<'s> {
    pub(super) scope: &'s Scope<'s>,
    /// Names that survive as `${{ NAME }}` where they have no value yet.
    late: &'s [&'s str],
    pub(super) locals: RefCell<Vec<(Arc<str>, Value)>>,
    pub(super) captured: RefCell<Option<Value>>,
    /// What macros see of the blocks that they are defined in.
    pub(super) closures: RefCell<Vec<HashMap<Arc<str>, Value>>>,
    /// The closure of the current block, once a macro is defined in it.
    pub(super) closure: Cell<Option<usize>>,
    /// The closure of the macro that is being called.
    pub(super) inside: Cell<Option<usize>>,
    /// The loops that are running, the innermost last.
    pub(super) loops: RefCell<Vec<Arc<ForLoop>>>,
    /// Whether values are printed as HTML.
    pub(super) escaping: Cell<bool>,
    /// How deeply calls of macros and loops nest.
    pub(super) depth: Cell<usize>,
    steps: Cell<u32>,
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(scope: &'s Scope<'s>, late: &'s [&'s str]) -> Self {
        Self {
            scope,
            late,
            locals: RefCell::default(),
            captured: RefCell::default(),
            closures: RefCell::default(),
            closure: Cell::default(),
            inside: Cell::default(),
            loops: RefCell::default(),
            escaping: Cell::default(),
            depth: Cell::default(),
            steps: Cell::default(),
        }
    }

    pub(super) fn step(&self) -> Result<(), TemplateError> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            return Err(TemplateError::limit(format!("the template takes too long (limit {MAX_STEPS} steps)")));
        }
        Ok(())
    }

    /// Fails if a value is undefined and its use an error.
    pub(super) fn require(&self, expr: &Expr, value: &Value) -> Result<(), TemplateError> {
        if value.is_undefined() && !self.scope.lenient && is_loudly_undefined(value) {
            return Err(self.undefined(expr));
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
    pub(super) fn object(&self, expr: &Expr) -> Result<Value, TemplateError> {
        let value = self.eval(expr)?;
        if value.is_undefined() { Err(self.undefined(expr)) } else { Ok(value) }
    }

    fn attribute(&self, inner: &Expr, name: &str) -> Result<Value, TemplateError> {
        self.refuse_environment_item(inner, || Some(name.to_owned()))?;
        Ok(self.object(inner)?.get_attr(name)?)
    }

    fn item(&self, inner: &Expr, index: &Expr) -> Result<Value, TemplateError> {
        let (value, index) = (self.eval(inner)?, self.eval(index)?);
        self.refuse_environment_item(inner, || index.as_str().map(str::to_owned))?;
        if value.is_undefined() {
            return Err(self.undefined(inner));
        }
        Ok(value.get_item(&index)?)
    }

    /// `env["X"]` and `env.X`: `env` only has methods.
    fn refuse_environment_item(&self, inner: &Expr, name: impl Fn() -> Option<String>) -> Result<(), TemplateError> {
        let Expr::Var(object) = inner else { return Ok(()) };
        if &**object != "env" || self.local(object).is_some() || self.scope.get(object).is_some() {
            return Ok(());
        }
        let name = name().unwrap_or_else(|| "NAME".to_owned());
        Err(TemplateError::failed(format!("`env` has no item `{name}`"))
            .with_help(format!("write `env.get(\"{name}\", default=\"\")`")))
    }

    fn slice(&self, inner: &Expr, bounds: &[Option<Expr>; 3]) -> Result<Value, TemplateError> {
        let value = self.required(inner)?;
        let mut values = [None, None, None];
        for (value, bound) in values.iter_mut().zip(bounds) {
            *value = bound.as_ref().map(|bound| self.eval(bound)).transpose()?;
        }
        operators::slice(&value, values)
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

    /// The error for a use of an undefined value, with the name where the expression is one.
    fn undefined(&self, expr: &Expr) -> TemplateError {
        let name = path(expr);
        let error = TemplateError::undefined(name.as_deref());
        if error.undefined == Some(Undefined::OldName) {
            return error;
        }
        match name.as_deref().and_then(|name| self.scope.nearest(name)) {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    pub(super) fn required(&self, expr: &Expr) -> Result<Value, TemplateError> {
        let value = self.eval(expr)?;
        self.require(expr, &value)?;
        Ok(value)
    }

    pub(super) fn variable(&self, name: &Arc<str>) -> Value {
        if let Some(value) = self.local(name) {
            return value;
        }
        if self.late.contains(&&**name) {
            // A value is taken where there is one, but that the variable is late keeps it from counting as used.
            return self.scope.get(name).unwrap_or_else(|| Value::from(format!("${{{{ {name} }}}}")));
        }
        match self.scope.lookup(name) {
            Some(value) => value,
            None if functions::is_object(name) => Value::from(BTreeMap::<String, Value>::new()),
            None if functions::is_function(name) => calls::function(name),
            None => Value::UNDEFINED,
        }
    }

    /// The value of a name that the template itself gives.
    pub(super) fn local(&self, name: &Arc<str>) -> Option<Value> {
        if let Some((_, value)) = self.locals.borrow().iter().rev().find(|(local, _)| local == name) {
            return Some(value.clone());
        }
        self.closures.borrow().get(self.inside.get()?)?.get(name).cloned()
    }

    fn compare(&self, first: &Expr, rest: &[(Comparison, Expr)]) -> Result<Value, TemplateError> {
        let mut left = self.eval(first)?;
        let mut left_expr = first;
        for (comparison, expr) in rest {
            let right = self.eval(expr)?;
            self.require(left_expr, &left)?;
            self.require(expr, &right).map_err(|error| missing_quotes(error, expr, &left))?;
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
}

/// `mpi == openmpi`: a name without a value that is compared with a text was probably meant as a text.
fn missing_quotes(error: TemplateError, expr: &Expr, other: &Value) -> TemplateError {
    match (expr, other.as_str()) {
        (Expr::Var(name), Some(_)) if error.undefined == Some(Undefined::Variable) => {
            error.with_help(format!("is it a string? put it in quotes: `\"{name}\"`"))
        }
        _ => error,
    }
}

fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Var(name) => Some((**name).to_owned()),
        Expr::Attribute(inner, name) => Some(format!("{}.{name}", path(inner)?)),
        _ => None,
    }
}
