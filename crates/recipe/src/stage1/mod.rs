//! The evaluated recipe: what one output is for exactly one combination of variant values.
//!
//! The structs read and write the JSON shape that the reference gives for a rendered recipe: parts that are empty or at
//! their default are left out, except for `context` and `requirements`.

mod about;
mod build;
mod evaluate;
mod package;
mod requirements;
mod script;
mod source;
mod staging;
mod test;

pub use crate::model::{Combination, NoArch, Pin};
pub use about::About;
pub use build::{
    Behavior, BoolOrGlobs, Build, DynamicLinking, ForceFileType, Globs, PostProcess, PrefixDetection, Python,
    VariantKeys,
};
pub use evaluate::{
    BuildStringInput, Evaluated, EvaluatedOutput, EvaluatedRequirements, EvaluatedStaging, Evaluator, evaluate,
    evaluate_requirements, render_build_string,
};
pub use package::{Package, Recipe};
pub use requirements::{Dependency, IgnoreRunExports, PinCompatible, PinSubpackage, Requirements, RunExports};
pub use script::{Content, Script, ScriptObject, Step};
pub use source::{Attestation, GitSource, OneOrMany, PathSource, Publisher, Source, UrlSource};
pub use staging::{InheritsFrom, StagingBuild, StagingCache};
pub use test::{
    DownstreamTest, FileChecks, PackageContents, PackageContentsTest, PerlTest, PerlUses, PythonImports, PythonTest,
    RLibraries, RTest, RubyRequires, RubyTest, ScriptTest, Test, TestFiles, TestRequirements,
};

/// Whether a value is its type's default; for leaving fields out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
