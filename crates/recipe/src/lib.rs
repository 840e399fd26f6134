//! Parses and renders conda v1 recipes (`recipe.yaml`).
//!
//! The way of a recipe: text → [`yaml`] tree with positions → [`stage0`] (symbolic) → [`variants`] (combinations) →
//! [`stage1`] (evaluated) → [`render`] (order, pins, hash, build string) → [`RenderedVariant`].
//!
//! Nothing here reads a file, a clock, a process environment or a network: what is needed from outside is handed in.

pub mod diagnostic;
pub mod edit;
pub mod recipe;
pub mod render;
pub mod stage0;
pub mod stage1;
pub mod template;
pub mod variants;
pub mod versions;
pub mod yaml;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span};
pub use recipe::{Failure, ParsedRecipe, check};
pub use render::{RenderConfig, RenderedVariant};
pub use variants::{VariantConfig, VariantValue};
