//! The parsed `build` section.

use std::sync::Arc;

use super::{List, Script, Step, Value};
use crate::diagnostic::Span;
use crate::model::NoArch;

/// The parsed `build` section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// `number`.
    pub number: Option<Value<u64>>,
    /// `string`; literal or template, both go through the renderer once the hash is known.
    pub string: Option<Value<Arc<str>>>,
    /// `script`.
    pub script: Script,
    /// `steps` (experimental), with the place of the key's value.
    pub steps: Option<(List<Step>, Span)>,
    /// `noarch`; `Some(None)` where none is given explicitly.
    pub noarch: Option<Value<Option<NoArch>>>,
    /// `flags` (v3).
    pub flags: List<Value<Arc<str>>>,
    /// `python`.
    pub python: Python,
    /// `skip`: texts of expressions. Literals are expressions; templates are rendered and the text evaluated.
    pub skip: List<Value<Arc<str>>>,
    /// `always_copy_files`.
    pub always_copy_files: List<Value<Arc<str>>>,
    /// `always_include_files`.
    pub always_include_files: List<Value<Arc<str>>>,
    /// `merge_build_and_host_envs`.
    pub merge_build_and_host_envs: Option<Value<bool>>,
    /// `files`.
    pub files: Globs,
    /// `dynamic_linking`.
    pub dynamic_linking: DynamicLinking,
    /// `variant`.
    pub variant: VariantKeys,
    /// `prefix_detection`.
    pub prefix_detection: PrefixDetection,
    /// `post_process`.
    pub post_process: List<PostProcess>,
}

/// Glob patterns to include and to exclude.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Globs {
    /// To include.
    pub include: List<Value<Arc<str>>>,
    /// To exclude.
    pub exclude: List<Value<Arc<str>>>,
    /// Whether it was written as a mapping.
    pub mapping: bool,
}

/// A bool, or glob patterns.
#[derive(Clone, Debug, PartialEq)]
pub enum BoolOrGlobs {
    /// A bool.
    Bool(Value<bool>),
    /// Patterns.
    Globs(List<Value<Arc<str>>>),
}

/// `build.python`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Python {
    /// `entry_points`; literals checked and in normal form.
    pub entry_points: List<Value<Arc<str>>>,
    /// `skip_pyc_compilation`.
    pub skip_pyc_compilation: List<Value<Arc<str>>>,
    /// `use_python_app_entrypoint`.
    pub use_python_app_entrypoint: Option<Value<bool>>,
    /// `version_independent`.
    pub version_independent: Option<Value<bool>>,
    /// `site_packages_path`.
    pub site_packages_path: Option<Value<Arc<str>>>,
}

/// `build.dynamic_linking`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DynamicLinking {
    /// `rpaths`.
    pub rpaths: List<Value<Arc<str>>>,
    /// `binary_relocation`.
    pub binary_relocation: Option<BoolOrGlobs>,
    /// `missing_dso_allowlist`.
    pub missing_dso_allowlist: List<Value<Arc<str>>>,
    /// `rpath_allowlist`.
    pub rpath_allowlist: List<Value<Arc<str>>>,
    /// `overdepending_behavior`; checked when evaluated.
    pub overdepending_behavior: Option<Value<Arc<str>>>,
    /// `overlinking_behavior`; checked when evaluated.
    pub overlinking_behavior: Option<Value<Arc<str>>>,
}

/// `build.variant`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariantKeys {
    /// `use_keys`.
    pub use_keys: List<Value<Arc<str>>>,
    /// `ignore_keys`.
    pub ignore_keys: List<Value<Arc<str>>>,
    /// `down_prioritize_variant`.
    pub down_prioritize_variant: Option<Value<i32>>,
}

/// `build.prefix_detection`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrefixDetection {
    /// `force_file_type`.
    pub force_file_type: ForceFileType,
    /// `ignore`.
    pub ignore: Option<BoolOrGlobs>,
    /// `ignore_binary_files`.
    pub ignore_binary_files: Option<Value<bool>>,
}

/// `build.prefix_detection.force_file_type`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForceFileType {
    /// `text`.
    pub text: List<Value<Arc<str>>>,
    /// `binary`.
    pub binary: List<Value<Arc<str>>>,
}

/// An item of `build.post_process`.
#[derive(Clone, Debug, PartialEq)]
pub struct PostProcess {
    /// `files`.
    pub files: List<Value<Arc<str>>>,
    /// `regex`.
    pub regex: Value<Arc<str>>,
    /// `replacement`.
    pub replacement: Value<Arc<str>>,
    /// The whole mapping.
    pub span: Span,
}
