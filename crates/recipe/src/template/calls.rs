//! Calls in templates: functions, methods, macros and recursive loops.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};

use super::advice;
use super::error::TemplateError;
use super::eval::Evaluator;
use super::functions::{self, Arguments};
use super::limits::{MAX_CALL_DEPTH, MAX_ITEMS};
use super::program::{Arg, Expr, Macro, Target};

/// What a call adds to the depth of what it calls.
const OWN_DEPTH: usize = 6;

/// A value that can be called.
#[derive(Debug)]
enum Callable {
    /// A function by its name.
    Function(Arc<str>),
    /// A macro, and what it sees of the place where it is defined: the number of a closure.
    Macro(Arc<Macro>, usize),
}

impl Object for Callable {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let Self::Macro(definition, _) = &**self else { return None };
        Some(match key.as_str()? {
            "name" => Value::from(&*definition.name),
            "arguments" => definition
                .parameters
                .iter()
                .map(|parameter| match parameter {
                    Target::Name(name) => Value::from(&**name),
                    _ => Value::UNDEFINED,
                })
                .collect(),
            "caller" => Value::from(takes_caller(definition)),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &**self {
            Self::Function(name) => write!(f, "function {name}"),
            Self::Macro(definition, _) => write!(f, "<macro {}>", definition.name),
        }
    }
}

/// A function as a value.
pub(super) fn function(name: &Arc<str>) -> Value {
    Value::from_object(Callable::Function(name.clone()))
}

fn takes_caller(definition: &Macro) -> bool {
    definition.free.iter().any(|name| &**name == "caller")
}

fn not_callable(value: &Value) -> TemplateError {
    TemplateError::failed(format!("a value of type {} is not a function", value.kind()))
}

impl Evaluator<'_> {
    /// The value of a macro where it is defined: it keeps what it takes from there.
    pub(super) fn macro_value(&self, definition: &Arc<Macro>) -> Value {
        let at = self.closure.get().unwrap_or_else(|| {
            let mut closures = self.closures.borrow_mut();
            closures.push(HashMap::new());
            closures.len() - 1
        });
        self.closure.set(Some(at));
        for name in &definition.free {
            let value = self.variable(name);
            if !value.is_undefined()
                && let Some(closure) = self.closures.borrow_mut().get_mut(at)
            {
                closure.entry(name.clone()).or_insert(value);
            }
        }
        Value::from_object(Callable::Macro(definition.clone(), at))
    }

    /// `name(…)`.
    pub(super) fn call(&self, name: &Arc<str>, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let values = self.arguments(arguments)?;
        // `match` takes undefined values. The other functions would only say that some value is undefined.
        if functions::is_function(name) {
            let positional = arguments.iter().map_while(|argument| match argument {
                Arg::Positional(expr) => Some(expr),
                _ => None,
            });
            for (expr, value) in positional.zip(&values.positional) {
                if &**name != "match" {
                    self.require(expr, value)?;
                } else if let (Expr::Var(variable), true) = (expr, value.is_undefined()) {
                    self.scope.note_unmatched(variable);
                }
            }
        }
        self.call_name(name, values)
    }

    fn call_name(&self, name: &Arc<str>, arguments: Arguments) -> Result<Value, TemplateError> {
        match self.local(name).or_else(|| self.scope.lookup(name)) {
            Some(_) if &**name == "loop" => self.recurse(arguments),
            Some(value) => self.call_callable(&value, arguments),
            None => functions::call(name, arguments, self.scope),
        }
    }

    /// Any other value that is called.
    pub(super) fn call_value(&self, callee: &Expr, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let value = self.required(callee)?;
        let arguments = self.arguments(arguments)?;
        self.call_callable(&value, arguments)
    }

    fn call_callable(&self, value: &Value, arguments: Arguments) -> Result<Value, TemplateError> {
        match value.downcast_object_ref::<Callable>() {
            Some(Callable::Function(name)) => functions::call(name, arguments, self.scope),
            Some(Callable::Macro(definition, closure)) => self.call_macro(definition, *closure, arguments),
            None => Err(not_callable(value)),
        }
    }

    /// A call that gets one more named argument, `caller`.
    pub(super) fn call_with(&self, call: &Expr, caller: Value) -> Result<Value, TemplateError> {
        let with_caller = |arguments: &[Arg]| {
            let mut arguments = self.arguments(arguments)?;
            arguments.named.push(("caller".into(), caller));
            Ok::<_, TemplateError>(arguments)
        };
        match call {
            Expr::Call(name, arguments) => self.call_name(name, with_caller(arguments)?),
            Expr::Method(object, name, arguments) => {
                let arguments = with_caller(arguments)?;
                self.call_method(object, name, arguments)
            }
            Expr::CallValue(callee, arguments) => {
                let value = self.required(callee)?;
                self.call_callable(&value, with_caller(arguments)?)
            }
            _ => Err(TemplateError::failed("a call block needs a call")),
        }
    }

    fn call_macro(&self, definition: &Macro, closure: usize, mut arguments: Arguments) -> Result<Value, TemplateError> {
        let too_many = |what: String| TemplateError::failed(format!("too many arguments{what}"));
        if arguments.positional.len() > definition.parameters.len() {
            return Err(too_many(String::new()));
        }
        let mut values = Vec::with_capacity(definition.parameters.len());
        let mut positional = std::mem::take(&mut arguments.positional).into_iter();
        for parameter in &definition.parameters {
            let Target::Name(name) = parameter else {
                positional.next();
                values.push(Value::UNDEFINED);
                continue;
            };
            values.push(match (positional.next(), arguments.take(name)) {
                (Some(_), Some(_)) => return Err(too_many(format!(": duplicate argument `{name}`"))),
                (Some(value), None) | (None, Some(value)) => value,
                (None, None) => Value::UNDEFINED,
            });
        }
        let caller = takes_caller(definition).then(|| arguments.take("caller").unwrap_or_default());
        if let Some((name, _)) = arguments.named.first() {
            return Err(too_many(format!(": unknown keyword argument `{name}`")));
        }

        let outer_depth = self.deeper(definition.depth)?;
        let outer_locals = self.locals.take();
        let outer_closure = self.closure.take();
        let outer_inside = self.inside.replace(Some(closure));
        let outer_captured = self.captured.take();
        if let Some(caller) = caller {
            self.bind("caller".into(), caller);
        }
        // From the last to the first, as minijinja does: a default may use the parameters behind it.
        let without_default = definition.parameters.len().saturating_sub(definition.defaults.len());
        for (index, (parameter, mut value)) in definition.parameters.iter().zip(values).enumerate().rev() {
            let default = index.checked_sub(without_default).and_then(|at| definition.defaults.get(at));
            if let Some(default) = default.filter(|_| value.is_undefined()) {
                value = self.eval(default)?;
            }
            self.assign(parameter, value)?;
        }
        let mut text = String::new();
        self.render(&definition.body, &mut text)?;
        self.captured.replace(outer_captured);
        self.inside.set(outer_inside);
        self.closure.set(outer_closure);
        self.locals.replace(outer_locals);
        self.depth.set(outer_depth);
        let value = self.captured_text(text);
        super::limits::check_value(&value)?;
        Ok(value)
    }

    /// Takes a part of the depth that calls may reach, and gives what was taken before.
    fn deeper(&self, depth: usize) -> Result<usize, TemplateError> {
        let outer = self.depth.get();
        let inner = outer + depth + OWN_DEPTH;
        if inner > MAX_CALL_DEPTH {
            return Err(TemplateError::limit("macros and loops are nested too deeply"));
        }
        self.depth.set(inner);
        Ok(outer)
    }

    /// `loop(…)`: the body of the innermost loop once more, for other items.
    fn recurse(&self, mut arguments: Arguments) -> Result<Value, TemplateError> {
        arguments.expect(1, 1)?;
        let innermost = self.loops.borrow().last().cloned();
        let Some((for_loop, iterable)) = innermost.filter(|l| l.recursive).zip(arguments.positional.pop()) else {
            return Err(TemplateError::failed("`loop()` needs a recursive loop"));
        };
        let outer = self.deeper(for_loop.depth)?;
        let mut text = String::new();
        self.iterate(&for_loop, &iterable, &mut text)?;
        self.depth.set(outer);
        Ok(self.captured_text(text))
    }

    /// A captured text: escaped already where texts are escaped.
    pub(super) fn captured_text(&self, text: String) -> Value {
        if self.escaping.get() { Value::from_safe_string(text) } else { Value::from(text) }
    }

    /// `object.name(…)`.
    pub(super) fn method(&self, object: &Expr, name: &str, arguments: &[Arg]) -> Result<Value, TemplateError> {
        let arguments = self.arguments(arguments)?;
        self.call_method(object, name, arguments)
    }

    fn call_method(&self, object: &Expr, name: &str, arguments: Arguments) -> Result<Value, TemplateError> {
        if let Expr::Var(variable) = object
            && functions::is_object(variable)
            && self.local(variable).is_none()
            && self.scope.get(variable).is_none()
        {
            return functions::call_method(variable, name, arguments, self.scope);
        }
        let value = self.object(object)?;
        if matches!(object, Expr::Var(variable) if &**variable == "loop")
            && name == "cycle"
            && let Some(index) = value.get_attr("index0")?.as_usize()
        {
            let choices = &arguments.positional;
            return Ok(index.checked_rem(choices.len()).and_then(|at| choices.get(at)).cloned().unwrap_or_default());
        }
        let error = TemplateError::failed(format!("unknown method `{name}`"));
        Err(match advice::method(name) {
            Some(help) => error.with_help(help),
            None => error.with_help("values have no methods in recipes; use filters: `value | lower`"),
        })
    }

    /// The values of arguments.
    pub(super) fn arguments(&self, arguments: &[Arg]) -> Result<Arguments, TemplateError> {
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
