//! The parsed recipe: literals are checked, templates and conditions are kept as they are.

mod about;
mod build;
mod build_read;
mod context;
mod delimiters;
mod dependency;
mod extra;
pub mod format;
mod json;
pub(crate) mod literal;
mod output;
mod package;
mod parse;
mod reader;
mod requirements;
mod script;
mod selectors;
mod simple_spec;
mod source;
mod test;
mod uses;
mod value;

pub use about::About;
pub use build::{
    BoolOrGlobs, Build, DynamicLinking, ForceFileType, Globs, PostProcess, PrefixDetection, Python, VariantKeys,
};
pub use context::{Context, ContextEntry, ContextScalar, ContextValue};
pub(crate) use dependency::check_spec_size;
pub use dependency::{Dependency, corrected_spec};
pub use extra::Extra;
pub use literal::{Invalid, listed_license};
pub use output::{Inherit, Output, PackageOutput, StagingOutput};
pub use package::{MultiOutput, Package, RecipeInfo, SingleOutput, Stage0};
pub use parse::parse;
pub use requirements::{IgnoreRunExports, Requirements, RunExports};
pub use script::{Script, ScriptObject, Step};
pub use source::{Attestation, GitReference, GitSource, PathSource, Source, SourceKind, UrlSource};
pub use test::{FileChecks, PackageContents, ScriptTest, Test, TestKind};
pub use uses::StaticUses;
pub use value::{Conditional, Item, List, Value, ValueKind};
