//! Jinja: templates (`${{ }}` inside text) and expressions (bare, in `if:` and `skip:`).
//!
//! Texts are parsed by minijinja's parser and evaluated by an own evaluator with the values, filters and tests of
//! minijinja, so that what recipes mean is what the field's tools take them to mean.

mod advice;
mod cache;
mod calls;
mod delimiters;
mod error;
mod eval;
mod filters;
mod functions;
mod guard;
mod limits;
mod lower;
mod operators;
mod plain;
pub mod platform;
mod print;
mod program;
mod rendering;
mod scope;
mod script;
mod source;
mod statements;
#[cfg(test)]
mod tests;
mod uses;
mod walk;

pub use filters::FILTERS;
pub use functions::FUNCTIONS;
pub use minijinja::Value;
pub use platform::{PLATFORMS, Platforms};
pub(crate) use print::printed;
pub use scope::{Scope, variant_value};
pub use script::{ScriptScope, render_script};
pub use source::{Expression, Template};
