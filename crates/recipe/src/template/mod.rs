//! Jinja: templates (`${{ }}` inside text) and expressions (bare, in `if:` and `skip:`).

mod source;

pub use source::{Expression, Template};
