//! A made session: real folders, a variant from JSON, empty environments.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "for tests, each of which uses a part")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_session::layout::{Layout, LayoutRequest, SessionLock};
use sidewinder_session::options::Isolation;
use sidewinder_session::script::{
    CallerEnvironment, Command, Limits, OutputSink, RunOptions, RunRequest, Sandbox, ScriptResult, ScriptSource, Shell,
    Stream, VariableInput, exec, run, write,
};
use sidewinder_session::{Cancel, Progress, Result};

pub(crate) struct Made {
    pub(crate) layout: Layout,
    pub(crate) variant: RenderedVariant,
    pub(crate) caller: CallerEnvironment,
    pub(crate) isolation: Isolation,
    pub(crate) pass_env: Vec<String>,
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) progress: Progress,
    _lock: SessionLock,
    _dir: Option<tempfile::TempDir>,
}

/// A session whose recipe has this `build` section.
pub(crate) fn made(build: Value) -> Made {
    let dir = tempfile::tempdir().unwrap();
    let mut made = made_in(&dir.path().join("out"), build);
    made._dir = Some(dir);
    made
}

pub(crate) fn made_in(output_dir: &Path, build: Value) -> Made {
    let recipe_path = output_dir.join("recipe/recipe.yaml");
    std::fs::create_dir_all(output_dir.join("recipe")).unwrap();
    let layout = Layout::plan(LayoutRequest {
        output_dir,
        name: "debug-demo",
        recipe_path: Some(&recipe_path),
        merged: false,
        no_build_id: true,
    })
    .unwrap();
    let lock = layout.create().unwrap();
    let variant = json!({
        "name": "debug-demo", "version": "1.0.0", "buildString": "h4616a5c_0", "buildNumber": 0, "hash": "4616a5c",
        "hashPrefix": "", "noarch": "generic", "subdir": "noarch", "targetPlatform": "noarch",
        "hostPlatform": "linux-64", "buildPlatform": "linux-64", "skip": false,
        "variant": {"target_platform": "noarch"}, "pinSubpackages": {},
        "recipe": {"schema_version": 1, "context": {"myver": "9.9"}, "build": build,
            "package": {"name": "debug-demo", "version": "1.0.0"}},
    });
    Made {
        layout,
        variant: serde_json::from_value(variant).unwrap(),
        caller: CallerEnvironment::of_process(),
        isolation: Isolation::Strict,
        pass_env: Vec::new(),
        sandbox: None,
        progress: Progress::default(),
        _lock: lock,
        _dir: None,
    }
}

/// A written session whose script is this text.
pub(crate) fn script(text: &str) -> Made {
    let made = made(json!({"script": {"content": text}}));
    made.write().unwrap();
    made
}

impl Made {
    /// Adds variables to the caller's environment.
    pub(crate) fn with_caller(mut self, pairs: &[(&str, &str)]) -> Self {
        let own = self.caller.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let further = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        self.caller = own.chain(further).collect();
        self
    }

    pub(crate) fn input(&self) -> VariableInput<'_> {
        VariableInput {
            variant: &self.variant,
            layout: &self.layout,
            python: None,
            caller: &self.caller,
            isolation: self.isolation,
            created: 1_700_000_000,
            processors: 2,
            shell: Shell::native(),
            is_staging: false,
            is_test: false,
        }
    }

    pub(crate) fn source(&self) -> ScriptSource<'_> {
        ScriptSource::of_build(&self.variant.recipe.build)
    }

    pub(crate) fn write(&self) -> Result<()> {
        write(&self.input(), self.source(), &self.progress)
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.layout.build_script()).unwrap()
    }

    pub(crate) fn env_text(&self) -> String {
        std::fs::read_to_string(self.layout.build_env_script()).unwrap()
    }

    /// Makes a file below the recipe's folder.
    pub(crate) fn recipe_file(&self, name: &str, text: &str) -> PathBuf {
        make_file(&self.layout.recipe_dir.join(name), text)
    }

    pub(crate) fn request<'a>(&'a self, options: &'a RunOptions) -> RunRequest<'a> {
        RunRequest {
            layout: &self.layout,
            caller: &self.caller,
            isolation: self.isolation,
            network: true,
            limits: Limits::default(),
            sandbox: self.sandbox.as_ref(),
            pass_env: &self.pass_env,
            secrets: self.source().secrets(),
            options,
            stdin: None,
        }
    }

    pub(crate) async fn run(&self) -> ScriptResult {
        self.run_with(&RunOptions::default()).await
    }

    pub(crate) async fn run_with(&self, options: &RunOptions) -> ScriptResult {
        run(self.request(options), &Cancel::new(), None).await.unwrap()
    }

    pub(crate) async fn exec(&self, command: Command) -> ScriptResult {
        self.exec_with(&RunOptions::default(), command).await
    }

    pub(crate) async fn exec_with(&self, options: &RunOptions, command: Command) -> ScriptResult {
        exec(self.request(options), &command, &Cancel::new(), None).await.unwrap()
    }
}

pub(crate) fn make_file(path: &Path, text: &str) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    path.to_path_buf()
}

/// Collects what a run writes.
#[derive(Clone, Default)]
pub(crate) struct Heard {
    pieces: Arc<Mutex<Vec<(Stream, String)>>>,
}

impl Heard {
    pub(crate) fn sink(&self) -> Option<OutputSink> {
        let pieces = self.pieces.clone();
        Some(OutputSink::new(move |stream, text| pieces.lock().unwrap().push((stream, text.to_owned()))))
    }

    pub(crate) fn text(&self, stream: Stream) -> String {
        let pieces = self.pieces.lock().unwrap();
        pieces.iter().filter(|(other, _)| *other == stream).map(|(_, text)| text.as_str()).collect()
    }
}
