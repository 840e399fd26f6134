//! Renders the statements of templates: text, `${{ }}` and tags.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::error::TemplateError;
use super::eval::Evaluator;
use super::limits::{MAX_ITEMS, MAX_OUTPUT, check_value};
use super::print::{print, printed};
use super::program::{Expr, ForLoop, Macro, Node, Target};

/// Where a block of statements began.
struct Frame {
    locals: usize,
    closure: Option<usize>,
}

impl Evaluator<'_> {
    /// Renders the pieces of a template.
    pub(super) fn render(&self, nodes: &[Node], out: &mut String) -> Result<(), TemplateError> {
        for node in nodes {
            self.step()?;
            self.node(node, out)?;
            if out.len() > MAX_OUTPUT {
                return Err(TemplateError::limit(format!(
                    "the result of the template is too large (limit {} MiB)",
                    MAX_OUTPUT >> 20
                )));
            }
        }
        Ok(())
    }

    /// Each case has a function of its own: this one recurses, and its frame has to stay small.
    fn node(&self, node: &Node, out: &mut String) -> Result<(), TemplateError> {
        match node {
            Node::Raw(text) => {
                out.push_str(text);
                Ok(())
            }
            Node::Emit(expr) => self.emit_value(expr, out),
            Node::For(for_loop) => self.for_loop(for_loop, out),
            Node::If(test, then, otherwise) => self.render(if self.holds(test)? { then } else { otherwise }, out),
            Node::Set(target, expr) => self.set(target, expr),
            Node::SetBlock(target, filter, body) => self.set_block(target, filter.as_ref(), body),
            Node::With(assignments, body) => self.with(assignments, body, out),
            Node::Filter(filter, body) => self.filter_block(filter, body, out),
            Node::Do(call) => self.eval(call).map(drop),
            Node::Macro(definition) => {
                self.define(definition);
                Ok(())
            }
            Node::CallBlock(caller, call) => self.call_block(caller, call, out),
            Node::AutoEscape(mode, body) => self.auto_escape(mode, body, out),
            Node::Include(name, may_be_missing) => self.include(name, *may_be_missing),
            Node::Unavailable(tag) => Err(unavailable(tag)),
        }
    }

    fn emit_value(&self, expr: &Expr, out: &mut String) -> Result<(), TemplateError> {
        let value = self.eval(expr)?;
        self.emit(expr, &value, out)
    }

    fn set(&self, target: &Target, expr: &Expr) -> Result<(), TemplateError> {
        let value = self.eval(expr)?;
        self.assign(target, value)
    }

    fn set_block(&self, target: &Target, filter: Option<&Expr>, body: &[Node]) -> Result<(), TemplateError> {
        let value = self.capture(body, filter)?;
        self.assign(target, value)
    }

    fn with(&self, assignments: &[(Target, Expr)], body: &[Node], out: &mut String) -> Result<(), TemplateError> {
        let frame = self.enter();
        for (target, expr) in assignments {
            self.set(target, expr)?;
        }
        self.render(body, out)?;
        self.leave(frame);
        Ok(())
    }

    fn filter_block(&self, filter: &Expr, body: &[Node], out: &mut String) -> Result<(), TemplateError> {
        let value = self.capture(body, Some(filter))?;
        self.emit(filter, &value, out)
    }

    fn define(&self, definition: &Arc<Macro>) {
        let value = self.macro_value(definition);
        self.bind(definition.name.clone(), value);
    }

    fn call_block(&self, caller: &Arc<Macro>, call: &Expr, out: &mut String) -> Result<(), TemplateError> {
        let value = self.call_with(call, self.macro_value(caller))?;
        self.emit(call, &value, out)
    }

    fn auto_escape(&self, mode: &Expr, body: &[Node], out: &mut String) -> Result<(), TemplateError> {
        let mode = self.eval(mode)?;
        let outer = self.escaping.replace(escapes(&mode)?);
        self.render(body, out)?;
        self.escaping.set(outer);
        Ok(())
    }

    /// There is nothing to include.
    fn include(&self, name: &Expr, may_be_missing: bool) -> Result<(), TemplateError> {
        let name = self.eval(name)?;
        let is_name = |value: &Value| value.as_str().is_some();
        let is_list = || matches!(name.kind(), ValueKind::Seq | ValueKind::Iterable);
        let names = is_name(&name) || is_list() && name.try_iter()?.all(|item| is_name(&item));
        if !names {
            return Err(TemplateError::failed("expected a string as the name of a template"));
        }
        if may_be_missing {
            return Ok(());
        }
        Err(TemplateError::failed(format!("template not found: `{name}`")))
    }

    /// A block of statements whose assignments end with it.
    fn enter(&self) -> Frame {
        Frame { locals: self.locals.borrow().len(), closure: self.closure.take() }
    }

    fn leave(&self, frame: Frame) {
        self.locals.borrow_mut().truncate(frame.locals);
        self.closure.set(frame.closure);
    }

    fn capture(&self, body: &[Node], filter: Option<&Expr>) -> Result<Value, TemplateError> {
        let mut text = String::new();
        self.render(body, &mut text)?;
        let value = self.captured_text(text);
        check_value(&value)?;
        let Some(filter) = filter else { return Ok(value) };
        let outer = self.captured.replace(Some(value));
        let result = self.eval(filter);
        self.captured.replace(outer);
        result
    }

    fn emit(&self, expr: &Expr, value: &Value, out: &mut String) -> Result<(), TemplateError> {
        if self.escaping.get() && !value.is_safe() && !value.is_undefined() {
            push_escaped(&printed(value), out);
        } else if let Some(text) = value.as_str() {
            out.push_str(text);
        } else if value.is_undefined() {
            self.require(expr, value)?;
        } else {
            print(value, out);
        }
        Ok(())
    }

    fn for_loop(&self, for_loop: &Arc<ForLoop>, out: &mut String) -> Result<(), TemplateError> {
        let iterable = self.eval(&for_loop.iterable)?;
        self.require(&for_loop.iterable, &iterable)?;
        self.iterate(for_loop, &iterable, out)
    }

    /// Renders the body of a loop for each item.
    pub(super) fn iterate(
        &self,
        for_loop: &Arc<ForLoop>,
        iterable: &Value,
        out: &mut String,
    ) -> Result<(), TemplateError> {
        let mut items = Vec::new();
        for item in iterable.try_iter()?.take(MAX_ITEMS) {
            if let Some(condition) = &for_loop.condition {
                self.step()?;
                let frame = self.enter();
                self.assign(&for_loop.target, item.clone())?;
                let keep = self.holds(condition)?;
                self.leave(frame);
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
        self.loops.borrow_mut().push(for_loop.clone());
        for (index, item) in items.iter().enumerate() {
            self.step()?;
            let frame = self.enter();
            self.locals.borrow_mut().push(("loop".into(), loop_value(&items, index, depth)));
            self.assign(&for_loop.target, item.clone())?;
            self.render(&for_loop.body, out)?;
            self.leave(frame);
        }
        self.loops.borrow_mut().pop();
        Ok(())
    }

    /// Gives a name a value in the current block, and in what macros defined in it see.
    pub(super) fn bind(&self, name: Arc<str>, value: Value) {
        if let Some(at) = self.closure.get()
            && let Some(closure) = self.closures.borrow_mut().get_mut(at)
        {
            closure.insert(name.clone(), value.clone());
        }
        self.locals.borrow_mut().push((name, value));
    }

    pub(super) fn assign(&self, target: &Target, value: Value) -> Result<(), TemplateError> {
        match target {
            Target::Name(name) => {
                self.bind(name.clone(), value);
                Ok(())
            }
            Target::List(targets) => {
                if value.as_str().is_some() {
                    return Err(TemplateError::failed("cannot unpack: value is not iterable"));
                }
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
            Target::Invalid => Err(TemplateError::failed("can only assign to names")),
        }
    }
}

/// The value of the variable `loop`.
fn loop_value(items: &[Value], index: usize, depth: usize) -> Value {
    let count = items.len();
    let neighbor = |at: Option<usize>| at.and_then(|at| items.get(at)).cloned().unwrap_or(Value::UNDEFINED);
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
        ("previtem", neighbor(index.checked_sub(1))),
        ("nextitem", neighbor(index.checked_add(1))),
    ]))
}

fn unavailable(tag: &str) -> TemplateError {
    TemplateError::failed(format!("unknown tag `{{% {tag} %}}`"))
}

/// Whether the value of an `{% autoescape %}` tag turns it on.
fn escapes(mode: &Value) -> Result<bool, TemplateError> {
    match mode.as_str() {
        Some("html") => Ok(true),
        Some("none") => Ok(false),
        None => Ok(*mode == Value::from(true)),
        Some(_) => Err(TemplateError::failed("expected `html` or `none` in an autoescape tag")),
    }
}

/// Adds a text as HTML.
fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '/' => out.push_str("&#x2f;"),
            other => out.push(other),
        }
    }
}
