//! Fields: literals and templates to values, conditional lists to flat ones. Problems are collected.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use globset::Glob;

use super::Combination;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, Undefined};
use crate::model::{Pin, RenderConfig};
use crate::stage0::{self, Item, List, Value, ValueKind, literal::Invalid};
use crate::stage1::{BoolOrGlobs, Globs};
use crate::template::{Expression, Scope, Template};

/// Deepest nesting of braces in a glob pattern: the library follows them by recursion, and deep ones would overflow the
/// stack.
const MAX_GLOB_NESTING: usize = 32;

/// A text field.
pub(super) type Text = Value<Arc<str>>;

/// What is the same for all combinations, so that it is worked out once.
#[derive(Debug, Default)]
pub(super) struct Caches {
    pub(super) specs: RefCell<HashMap<String, Result<stage0::Dependency, Invalid>>>,
    pub(super) globs: RefCell<HashSet<Arc<str>>>,
    pub(super) regexes: RefCell<HashSet<String>>,
    pub(super) conditions: RefCell<HashMap<Arc<str>, Expression>>,
}

/// The evaluation of a recipe for one combination.
pub(super) struct Evaluation<'e> {
    pub(super) config: &'e RenderConfig,
    pub(super) combination: &'e Combination,
    pub(super) caches: &'e Caches,
    pub(super) scope: Scope<'e>,
    pub(super) errors: Diagnostics,
    pub(super) warnings: Diagnostics,
    /// Names of free `build` and `host` specs of staging outputs, inherited from or not.
    pub(super) free_specs: BTreeSet<String>,
    /// Pins on outputs of the recipe, with their places.
    pub(super) pins: Vec<(Pin, Span)>,
}

impl<'e> Evaluation<'e> {
    pub(super) fn new(config: &'e RenderConfig, combination: &'e Combination, caches: &'e Caches) -> Self {
        Self {
            config,
            combination,
            caches,
            scope: Scope::new(config, combination),
            errors: Diagnostics::default(),
            warnings: Diagnostics::default(),
            free_specs: BTreeSet::new(),
            pins: Vec::new(),
        }
    }

    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    /// The value, or nothing and the problem collected.
    pub(super) fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.errors.push(diagnostic);
                None
            }
        }
    }

    pub(super) fn render(&mut self, template: &Template) -> Option<String> {
        let rendered = template.render(&self.scope);
        self.warn_of_unmatched(template.span);
        self.ok(rendered)
    }

    /// Warns of names without a value that were given to `match` in the text at `span`.
    pub(super) fn warn_of_unmatched(&mut self, span: Span) {
        for (name, near) in self.scope.take_unmatched() {
            let message = format!("`{name}` is undefined, so `match({name}, …)` is always true");
            let mut warning = Diagnostic::warning(Code::UndefinedVariable, message, span);
            warning.undefined = Some(Undefined::Variable);
            self.warnings.push(warning.with_help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("define `{name}` in a variant file"),
            }));
        }
    }

    /// A text as it is.
    pub(super) fn text(&mut self, value: &Text) -> Option<String> {
        match &value.kind {
            ValueKind::Literal(text) => Some((**text).to_owned()),
            ValueKind::Template(template) => self.render(template),
        }
    }

    /// A text without the white space around it.
    pub(super) fn trimmed(&mut self, value: &Text) -> Option<String> {
        self.text(value).map(|text| if text.trim().len() == text.len() { text } else { text.trim().to_owned() })
    }

    /// A text in which some variables survive as `${{ NAME }}`.
    pub(super) fn late_text(&mut self, value: &Text, late: &[&str]) -> Option<String> {
        match &value.kind {
            ValueKind::Literal(text) => Some((**text).to_owned()),
            ValueKind::Template(template) => {
                let rendered = template.render_late(&self.scope, late);
                self.ok(rendered)
            }
        }
    }

    /// A field of another type: literals were read when the recipe was parsed, templates are read once rendered.
    pub(super) fn value<T: Clone>(
        &mut self,
        value: &Value<T>,
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        match &value.kind {
            ValueKind::Literal(literal) => Some(literal.clone()),
            ValueKind::Template(template) => {
                let text = self.render(template)?;
                self.ok(read(&text).map_err(|invalid| invalid.at(value.span)))
            }
        }
    }

    /// A text field whose templates are checked once rendered.
    pub(super) fn checked(
        &mut self,
        value: &Text,
        read: impl FnOnce(&str) -> Result<Arc<str>, Invalid>,
    ) -> Option<String> {
        self.value(value, read).map(|text| (*text).to_owned())
    }

    /// A text field whose literals, too, are only checked here.
    pub(super) fn checked_late(
        &mut self,
        value: &Text,
        read: impl FnOnce(&str) -> Result<Arc<str>, Invalid>,
    ) -> Option<String> {
        let text = self.text(value)?;
        self.ok(read(&text).map_err(|invalid| invalid.at(value.span))).map(|text| (*text).to_owned())
    }

    /// A bool with its default, which also an empty text gives.
    pub(super) fn boolean(&mut self, value: Option<&Value<bool>>, name: &str, default: bool) -> bool {
        let Some(value) = value else { return default };
        self.value(value, |text| match text {
            "" => Ok(default),
            text if text.eq_ignore_ascii_case("true") => Ok(true),
            text if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(invalid_bool(name, text)),
        })
        .unwrap_or(default)
    }

    /// Whether a condition holds; nothing if it failed.
    pub(super) fn holds(&mut self, condition: &Expression) -> Option<bool> {
        let holds = condition.holds(&self.scope);
        self.warn_of_unmatched(condition.span);
        self.ok(holds)
    }

    /// The items of a list, those of the chosen branches of conditions in their place.
    pub(super) fn list<T, U>(&mut self, list: &List<T>, mut read: impl FnMut(&mut Self, &T) -> Option<U>) -> Vec<U> {
        let mut out = Vec::with_capacity(list.len());
        self.list_into(list, &mut read, &mut out);
        out
    }

    fn list_into<T, U>(&mut self, list: &List<T>, read: &mut impl FnMut(&mut Self, &T) -> Option<U>, out: &mut Vec<U>) {
        for item in list {
            match item {
                Item::Value(value) => out.extend(read(self, value)),
                Item::If(conditional) => match self.holds(&conditional.condition) {
                    Some(true) => self.list_into(&conditional.then, read, out),
                    Some(false) => {
                        if let Some(otherwise) = &conditional.otherwise {
                            self.list_into(otherwise, read, out);
                        }
                    }
                    None => {}
                },
            }
        }
    }

    /// A list of texts; empty ones are dropped.
    pub(super) fn texts(&mut self, list: &List<Text>) -> Vec<String> {
        self.list(list, |this, value| this.text(value).filter(|text| !text.is_empty()))
    }

    /// A list of texts whose templates are checked once rendered; empty ones are dropped.
    pub(super) fn checked_texts(
        &mut self,
        list: &List<Text>,
        read: impl Fn(&str) -> Result<Arc<str>, Invalid>,
    ) -> Vec<String> {
        self.list(list, |this, value| {
            let checked = this.value(value, |text| if text.is_empty() { Ok(text.into()) } else { read(text) });
            checked.filter(|text| !text.is_empty()).map(|text| (*text).to_owned())
        })
    }

    /// A list of glob patterns, checked; empty ones are dropped.
    pub(super) fn glob_list(&mut self, list: &List<Text>) -> Vec<String> {
        self.list(list, |this, value| {
            let text = this.text(value).filter(|text| !text.is_empty())?;
            this.check_glob(&text, value.span).then_some(text)
        })
    }

    /// Whether a glob pattern compiles; if not, the problem is collected.
    pub(super) fn check_glob(&mut self, pattern: &str, span: Span) -> bool {
        if self.caches.globs.borrow().contains(pattern) {
            return true;
        }
        if braces_deep(pattern) > MAX_GLOB_NESTING {
            let start: String = pattern.chars().take(40).collect();
            let message =
                format!("the glob pattern `{start}…` has braces nested deeper than {MAX_GLOB_NESTING} levels");
            self.error(Diagnostic::error(Code::LimitExceeded, message, span));
            return false;
        }
        match Glob::new(pattern) {
            Ok(_) => {
                self.caches.globs.borrow_mut().insert(pattern.into());
                true
            }
            Err(error) => {
                self.error(Diagnostic::error(
                    Code::InvalidGlob,
                    format!("`{pattern}` is not a glob pattern: {}", error.kind()),
                    span,
                ));
                false
            }
        }
    }

    /// Glob patterns that are only included.
    pub(super) fn included(&mut self, list: &List<Text>) -> Globs {
        Globs::Include(self.glob_list(list))
    }

    /// Glob patterns to include and to exclude.
    pub(super) fn globs(&mut self, globs: &stage0::Globs) -> Globs {
        Globs::new(self.glob_list(&globs.include), self.glob_list(&globs.exclude))
    }

    /// A bool or glob patterns. `empty` is what an empty text gives, if it is allowed.
    pub(super) fn bool_or_globs(
        &mut self,
        value: Option<&stage0::BoolOrGlobs>,
        name: &str,
        default: bool,
        empty: Option<bool>,
    ) -> BoolOrGlobs {
        match value {
            None => BoolOrGlobs::Bool(default),
            Some(stage0::BoolOrGlobs::Globs(list)) => BoolOrGlobs::Globs(self.glob_list(list)),
            Some(stage0::BoolOrGlobs::Bool(value)) => {
                let read = |text: &str| match text {
                    "true" | "True" | "yes" | "Yes" => Ok(true),
                    "false" | "False" | "no" | "No" => Ok(false),
                    "" => empty.ok_or_else(|| invalid_bool(name, text)),
                    _ => Err(invalid_bool(name, text)),
                };
                BoolOrGlobs::Bool(self.value(value, read).unwrap_or(default))
            }
        }
    }
}

fn invalid_bool(name: &str, text: &str) -> Invalid {
    Invalid::new(Code::InvalidValue, format!("`{name}` is `{text}`, which is neither true nor false"))
        .with_help("let the template give `true`, `false` or, for the default, nothing")
}

/// How deep braces are nested, at most: those that are escaped or in a class count as well.
fn braces_deep(pattern: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
