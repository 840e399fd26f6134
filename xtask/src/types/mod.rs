//! TypeScript declarations of the data that crosses the FFI boundary, generated from the Rust structs.

mod checks;

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use sidewinder_package::{BuiltPackage, PackageOptions};
use sidewinder_recipe::diagnostic::DiagnosticRecord;
use sidewinder_recipe::edit::{Edit, EditFault};
use sidewinder_recipe::versions::{MatchSpecData, VersionData};
use sidewinder_recipe::{RenderConfig, RenderedVariant, VariantConfig};
use sidewinder_recipe_tools::convert::Conversion;
use sidewinder_recipe_tools::editor::{Completion, Hover};
use sidewinder_recipe_tools::lint::Fixed;
use sidewinder_recipe_tools::update::{Newest, UpdatePlan, Upstream};
use sidewinder_recipe_tools::{LintFinding, TextEdit};
use sidewinder_session::doctor::{DoctorCheck, DoctorOptions};
use sidewinder_session::environment::{
    EnvironmentChange, EnvironmentLock, InstalledPackage, SearchRequest, SearchResult,
};
use sidewinder_session::layout::DebugPaths;
use sidewinder_session::patch::{Patch, PatchOptions};
use sidewinder_session::script::{RunOptions, ScriptResult};
use sidewinder_session::session::{
    AddOptions, ContentsResult, ListOptions, OpenTest, PruneOptions, PrunedSession, RecipeScriptOptions,
    RecipeScriptUpdate, RecipeTest, RemoveOptions, SessionInfo, SyncOptions, SyncResult,
};
use sidewinder_session::{ErrorRecord, ProgressEvent, SessionOptions};
use ts_rs::{Config, TS, TypeVisitor};

use crate::{Outcome, root};

const HEADER: &str = "\
// Generated from the Rust structs by `cargo run -p xtask -- types`. Do not edit.
";

/// Writes the declarations and the checks of options.
pub(crate) fn write() -> Outcome {
    for (file, text) in files()? {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text)?;
    }
    Ok(())
}

/// Fails if the files on disk are not those of the structs.
pub(crate) fn check() -> Outcome {
    for (file, text) in files()? {
        if fs::read_to_string(&file).unwrap_or_default() != text {
            return Err(format!("{} is stale; run `cargo run -p xtask -- types`", file.display()).into());
        }
    }
    Ok(())
}

/// The generated files.
fn files() -> Result<[(PathBuf, String); 2], Box<dyn Error + Send + Sync>> {
    let folder = root().join("ts-sdk/src/generated");
    let declarations = declarations();
    let checks = checks::module(&declarations)?;
    let mut types = HEADER.to_owned();
    for declaration in declarations.values() {
        types.push('\n');
        types.push_str(declaration);
    }
    Ok([(folder.join("types.ts"), types), (folder.join("checks.ts"), checks)])
}

/// All declarations by name.
fn declarations() -> BTreeMap<String, String> {
    let mut found = Declarations { config: Config::new().with_large_int("number"), ..Declarations::default() };
    found.visit::<DiagnosticRecord>();
    found.visit::<VariantConfig>();
    found.visit::<RenderConfig>();
    found.visit::<RenderedVariant>();
    found.visit::<RecipeScriptOptions>();
    found.visit::<RecipeScriptUpdate>();
    found.visit::<SearchRequest>();
    found.visit::<SearchResult>();
    found.visit::<Edit>();
    found.visit::<EditFault>();
    found.visit::<SessionOptions>();
    found.visit::<DoctorOptions>();
    found.visit::<DoctorCheck>();
    found.visit::<ProgressEvent>();
    found.visit::<DebugPaths>();
    found.visit::<RunOptions>();
    found.visit::<ScriptResult>();
    found.visit::<PatchOptions>();
    found.visit::<Patch>();
    found.visit::<ListOptions>();
    found.visit::<PruneOptions>();
    found.visit::<SessionInfo>();
    found.visit::<SyncOptions>();
    found.visit::<PrunedSession>();
    found.visit::<AddOptions>();
    found.visit::<RemoveOptions>();
    found.visit::<SyncResult>();
    found.visit::<InstalledPackage>();
    found.visit::<EnvironmentChange>();
    found.visit::<EnvironmentLock>();
    found.visit::<PackageOptions>();
    found.visit::<BuiltPackage>();
    found.visit::<RecipeTest>();
    found.visit::<OpenTest>();
    found.visit::<ContentsResult>();
    found.visit::<ErrorRecord>();
    found.visit::<VersionData>();
    found.visit::<MatchSpecData>();
    found.visit::<TextEdit>();
    found.visit::<LintFinding>();
    found.visit::<Fixed>();
    found.visit::<Completion>();
    found.visit::<Hover>();
    found.visit::<Conversion>();
    found.visit::<UpdatePlan>();
    found.visit::<Upstream>();
    found.visit::<Newest>();
    found.texts
}

/// Collects the declarations of types and of all types that they contain.
#[derive(Default)]
struct Declarations {
    config: Config,
    seen: HashSet<TypeId>,
    texts: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only types of their own have a file to be exported to; lists, maps and strings are written inline.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = tidy(&T::decl(&self.config));
            self.texts.insert(T::ident(&self.config), format!("{docs}export {declaration}\n"));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// Narrows what ts-rs declares too widely.
///
/// An optional field is absent rather than null, and maps have no undefined values.
fn tidy(declaration: &str) -> String {
    let mut text = declaration.replace("[key in string]?:", "[key: string]:");
    for line in declaration.lines().filter(|line| line.contains("?: ")) {
        for field in line.split(", ").filter(|field| field.contains("?: ")) {
            let narrow = field.replace(" | null", "");
            text = text.replace(field, &narrow);
        }
    }
    text
}
