//! Jinja: templates (`${{ }}` inside text) and expressions (bare, in `if:` and `skip:`).

mod error;
mod guard;
mod lower;
mod program;
mod source;
mod uses;

pub use source::{Expression, Template};
