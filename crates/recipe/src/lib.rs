//! Parses and renders conda v1 recipes (`recipe.yaml`).
//!
//! A recipe's pipeline: text → [`yaml`] tree with positions → [`stage0`] (symbolic) → [`variants`] (combinations) →
//! [`stage1`] (evaluated) → [`render`] (order, pins, hash, build string) → [`RenderedVariant`].
//!
//! Nothing here reads a file, a clock, a process environment or a network: what it needs is passed in.

pub mod catalogue;
pub mod diagnostic;
pub mod edit;
pub mod findings;
pub mod model;
pub mod recipe;
pub mod render;
pub mod stage0;
pub mod stage1;
pub mod template;
pub mod variants;
pub mod versions;
pub mod yaml;

pub use diagnostic::Failure;
pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span};
pub use findings::Findings;
pub use model::{RenderConfig, VariantValue};
pub use recipe::{ParsedRecipe, Rendering, check};
pub use render::RenderedVariant;
pub use variants::VariantConfig;
