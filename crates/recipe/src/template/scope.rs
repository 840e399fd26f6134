//! The variables that a template sees, and which of them were looked up.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use minijinja::Value;

use super::platform::Platforms;
use crate::diagnostic::nearest;
use crate::model::{Combination, RenderConfig, VariantValue};

/// Names of functions and objects: to look them up does not count, even where a variant key has the name.
const NEVER_COUNT: [&str; 15] = [
    "cdt",
    "cmp",
    "compiler",
    "env",
    "git",
    "hash",
    "is_linux",
    "is_osx",
    "is_unix",
    "is_windows",
    "load_from_file",
    "match",
    "pin_compatible",
    "pin_subpackage",
    "stdlib",
];

/// The variables that a template sees, weakest first: platform variables, extra context, variant values, context.
///
/// Every name that is looked up is recorded, whether or not it has a value.
#[derive(Debug)]
pub struct Scope<'c> {
    pub(super) config: &'c RenderConfig,
    pub(super) variant: &'c Combination,
    pub(super) platforms: Platforms<'c>,
    pub(super) lenient: bool,
    pub(super) variant_file: bool,
    context: HashMap<Arc<str>, Value>,
    accessed: RefCell<HashSet<Arc<str>>>,
    /// Names without a value that were given to `match`.
    unmatched: RefCell<Vec<Arc<str>>>,
}

impl<'c> Scope<'c> {
    /// The variables of one combination, without context.
    #[must_use]
    pub fn new(config: &'c RenderConfig, combination: &'c Combination) -> Self {
        Self {
            config,
            variant: combination,
            platforms: Platforms::new(config, combination),
            lenient: false,
            variant_file: false,
            context: HashMap::new(),
            accessed: RefCell::default(),
            unmatched: RefCell::default(),
        }
    }

    /// The same, but undefined values print as nothing and count as false.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// The same, for the contents of variant files: undefined values count as false where something is only true or
    /// false, and `environ_get` is there.
    #[must_use]
    pub fn for_variant_file(mut self) -> Self {
        self.variant_file = true;
        self
    }

    /// Defines a variable that hides all others of its name.
    pub fn define(&mut self, name: impl Into<Arc<str>>, value: Value) {
        // What recipes and variants say is not escaped, where a template asks for that.
        let value = value.as_str().map_or_else(|| value.clone(), |text| Value::from_safe_string(text.to_owned()));
        self.context.insert(name.into(), value);
    }

    /// Whether a variable of this name was looked up.
    #[must_use]
    pub fn was_accessed(&self, name: &str) -> bool {
        self.accessed.borrow().contains(name)
    }

    /// Takes out the names that were looked up so far.
    #[must_use]
    pub fn take_accessed(&self) -> BTreeSet<String> {
        self.accessed.take().iter().map(|name| (**name).to_owned()).collect()
    }

    /// Records that `match` was asked about a name without a value, which matches everything.
    pub(super) fn note_unmatched(&self, name: &Arc<str>) {
        self.unmatched.borrow_mut().push(name.clone());
    }

    /// Takes out the names without a value that were given to `match`, each with the name that was probably meant.
    pub(crate) fn take_unmatched(&self) -> Vec<(Arc<str>, Option<String>)> {
        let names = self.unmatched.take();
        names.into_iter().map(|name| (name.clone(), self.nearest(&name))).collect()
    }

    /// Records a name as looked up.
    pub(super) fn access(&self, name: &Arc<str>) {
        let mut accessed = self.accessed.borrow_mut();
        if !accessed.contains(name) {
            accessed.insert(name.clone());
        }
    }

    /// Counts a name as looked up without looking it up.
    pub fn mark(&self, name: &str) {
        let mut accessed = self.accessed.borrow_mut();
        if !accessed.contains(name) {
            accessed.insert(name.into());
        }
    }

    /// The value of a variable, which counts as looked up.
    pub(super) fn lookup(&self, name: &Arc<str>) -> Option<Value> {
        if !NEVER_COUNT.contains(&&**name) {
            self.access(name);
        }
        self.get(name)
    }

    /// The name of a variable that is spelled much like one that does not exist.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let context = self.context.keys().map(|name| &**name);
        let variant = self.variant.keys().map(String::as_str);
        let extra = self.config.extra_context.keys().map(String::as_str);
        let platforms =
            super::platform::FAMILIES.into_iter().chain(["unix", "target_platform", "build_platform", "host_platform"]);
        nearest(name, context.chain(variant).chain(extra).chain(platforms)).map(str::to_owned)
    }

    /// The value of a variable, without recording it.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.context.get(name) {
            return Some(value.clone());
        }
        if let Some(value) = self.variant.get(name) {
            return Some(variant_value(value));
        }
        if let Some(value) = self.config.extra_context.get(name) {
            return Some(Value::from_serialize(value));
        }
        self.platforms.variable(name)
    }
}

/// A variant value as templates see it.
#[must_use]
pub fn variant_value(value: &VariantValue) -> Value {
    match value {
        VariantValue::Bool(value) => Value::from(*value),
        VariantValue::Integer(value) => Value::from(*value),
        VariantValue::Float(value) => Value::from(*value),
        VariantValue::String(value) => Value::from_safe_string(value.clone()),
        VariantValue::Null(()) => Value::from(()),
        VariantValue::Other(value) => Value::from_serialize(value),
    }
}
