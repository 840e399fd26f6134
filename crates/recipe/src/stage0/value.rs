//! What a field contains before evaluation: a literal or a template; in a list also conditions.

use crate::diagnostic::Span;
use crate::template::{Expression, Template};

/// A field's value: a literal that was read as `T`, or a template that gives a `T` later.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<T> {
    /// Literal or template.
    pub kind: ValueKind<T>,
    /// Place of the scalar.
    pub span: Span,
}

/// A literal or a template.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind<T> {
    /// Read and checked when the recipe was parsed.
    Literal(T),
    /// Rendered to text, then read as `T`.
    Template(Template),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<T> {
    /// Always there.
    Value(T),
    /// There or not, depending on a condition.
    If(Box<Conditional<T>>),
}

/// `if` / `then` / `else` in a list: the items of the chosen branch stand in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional<T> {
    /// The condition.
    pub condition: Expression,
    /// Items when it holds.
    pub then: Vec<Item<T>>,
    /// Items when it does not; `None` where the key is absent.
    pub otherwise: Option<Vec<Item<T>>>,
    /// The whole mapping.
    pub span: Span,
}

/// A list whose items may be conditional.
pub type List<T> = Vec<Item<T>>;
