//! Variant keys and their values: files, zip keys, combinations.

mod config;
mod value;

pub use config::{VariantConfig, VariantFormat};
pub use value::VariantValue;
