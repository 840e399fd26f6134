//! What a template is after parsing: a small tree that owns its texts, so that it can be kept with the recipe.

use std::sync::Arc;

use minijinja::Value;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Text outside delimiters.
    Raw(Box<str>),
    /// `${{ … }}`.
    Emit(Expr),
    /// `{% for %}`.
    For(Arc<ForLoop>),
    /// `{% if %}`; `elif` is an `if` in the other branch.
    If(Expr, Vec<Node>, Vec<Node>),
    /// `{% set x = … %}`.
    Set(Target, Expr),
    /// `{% set x %}…{% endset %}`, with a filter on what was captured.
    SetBlock(Target, Option<Expr>, Vec<Node>),
    /// `{% with %}`.
    With(Vec<(Target, Expr)>, Vec<Node>),
    /// `{% filter %}`.
    Filter(Expr, Vec<Node>),
    /// `{% do call() %}`: the answer is dropped.
    Do(Expr),
    /// `{% macro %}`.
    Macro(Arc<Macro>),
    /// `{% call(…) … %}`: a call that gets what it encloses as the argument `caller`.
    CallBlock(Arc<Macro>, Expr),
    /// `{% autoescape %}`.
    AutoEscape(Expr, Vec<Node>),
    /// `{% include %}`: there is nothing to include, which may be allowed.
    Include(Expr, bool),
    /// A tag that recipes do not have; fails when it is reached.
    Unavailable(&'static str),
}

/// `{% macro name(parameters) %}body{% endmacro %}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Macro {
    pub(super) name: Arc<str>,
    pub(super) parameters: Vec<Target>,
    /// Defaults of the last parameters.
    pub(super) defaults: Vec<Expr>,
    pub(super) body: Vec<Node>,
    /// Names that it takes from where it is defined.
    pub(super) free: Vec<Arc<str>>,
    /// How deeply statements and expressions nest in it.
    pub(super) depth: usize,
}

/// `{% for target in iterable if condition %}body{% else %}otherwise{% endfor %}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ForLoop {
    pub(super) target: Target,
    pub(super) iterable: Expr,
    pub(super) condition: Option<Expr>,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
    /// Whether `loop(…)` may call it.
    pub(super) recursive: bool,
    /// How deeply statements and expressions nest in it.
    pub(super) depth: usize,
}

/// What a value is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// One name.
    Name(Arc<str>),
    /// Several names that take apart a list.
    List(Vec<Target>),
    /// Something that cannot be assigned to; fails when it is reached.
    Invalid,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// A literal.
    Const(Value),
    /// A variable.
    Var(Arc<str>),
    /// What a `{% filter %}` or `{% set %}` block captured.
    Captured,
    /// `not x`.
    Not(Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// `a and b`.
    And(Box<Expr>, Box<Expr>),
    /// `a and b` of two constants, which gives `false` where the other form gives `a`.
    ConstantAnd(Box<Expr>, Box<Expr>),
    /// `a or b`.
    Or(Box<Expr>, Box<Expr>),
    /// Arithmetic and string concatenation.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// One comparison or a chain of them.
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    /// `a if test else b`.
    If(Box<IfExpr>),
    /// `x | name(args)`.
    Filter(Box<Expr>, Box<str>, Vec<Arg>),
    /// `x is name(args)`.
    Test(Box<Expr>, Box<str>, Vec<Arg>),
    /// `x.name`.
    Attribute(Box<Expr>, Box<str>),
    /// `x[index]`.
    Item(Box<Expr>, Box<Expr>),
    /// `x[start:stop:step]`.
    Slice(Box<Expr>, Box<[Option<Expr>; 3]>),
    /// `name(args)`.
    Call(Arc<str>, Vec<Arg>),
    /// `x.name(args)`.
    Method(Box<Expr>, Box<str>, Vec<Arg>),
    /// Any other value that is called.
    CallValue(Box<Expr>, Vec<Arg>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: b}`.
    Map(Vec<(Expr, Expr)>),
}

/// `value if test else otherwise`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IfExpr {
    pub(super) test: Expr,
    pub(super) value: Expr,
    pub(super) otherwise: Option<Expr>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arg {
    /// By position.
    Positional(Expr),
    /// By name.
    Named(Box<str>, Expr),
    /// `*list`.
    Splat(Expr),
    /// `**map`.
    NamedSplat(Expr),
}

/// Operators on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    Concatenate,
}

/// Comparisons of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
