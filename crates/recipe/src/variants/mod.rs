//! Variant keys and their values: files, zip keys, combinations.

mod build_config;
mod combinations;
mod config;
mod file;
mod file_templates;
mod key;
mod origin;
mod plain_yaml;
mod zip_keys;

pub use crate::model::VariantValue;
pub use combinations::MAX_COMBINATIONS;
pub(crate) use combinations::{Choices, printed_text, too_many};
pub use config::{VariantConfig, VariantFormat};
pub use key::normalize_key;
pub use origin::Origins;
pub use plain_yaml::yaml_to_json;
