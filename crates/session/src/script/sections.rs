//! From the recipe's forms of a script to sections: what is run, by what, where.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use sidewinder_recipe::stage1::{Build, Content, Script, ScriptObject, StagingBuild, Step};

use super::interpreter::Interpreter;
use super::recipe_file;
use super::shell::Shell;
use crate::error::Result;

/// The script of a build as its recipe has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScriptSource<'a> {
    /// `build.script`.
    pub script: Option<&'a Script>,
    /// `build.steps`, which replace a script.
    pub steps: Option<&'a [Step]>,
}

impl<'a> ScriptSource<'a> {
    /// The script of a package.
    #[must_use]
    pub fn of_build(build: &'a Build) -> Self {
        Self { script: build.script.as_ref(), steps: build.steps.as_deref() }
    }

    /// The script of a staging output; one without any has nothing to run, not the recipe's `build.sh`.
    #[must_use]
    pub fn of_staging(build: Option<&'a StagingBuild>) -> Self {
        match build {
            Some(build) if build.script.is_some() || build.steps.is_some() => {
                Self { script: build.script.as_ref(), steps: build.steps.as_deref() }
            }
            _ => Self { script: None, steps: Some(&[]) },
        }
    }

    /// `script.env`: variables that belong to the whole build.
    #[must_use]
    pub fn env(&self) -> IndexMap<String, String> {
        self.object().map(|object| object.env.clone()).unwrap_or_default()
    }

    /// `script.secrets`: names of the caller's variables that the script sees and nobody else.
    #[must_use]
    pub fn secrets(&self) -> &'a [String] {
        self.object().map_or(&[], |object| object.secrets.as_slice())
    }

    fn object(&self) -> Option<&'a ScriptObject> {
        match self.script {
            Some(Script::Object(object)) => Some(object),
            _ => None,
        }
    }
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Text of the recipe, with its templates.
    Text(String),
    /// Commands of the recipe, with their templates.
    Commands(Vec<String>),
    /// A file next to the recipe, as it is.
    File(PathBuf),
}

/// A part of the build script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) body: Body,
    /// `None`: the shell.
    pub(super) interpreter: Option<Interpreter>,
    /// Variables of this section alone.
    pub(super) env: IndexMap<String, String>,
    /// Where it runs, relative to the host prefix.
    pub(super) cwd: Option<String>,
}

/// The sections of a build script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sections {
    /// One script, in the build script's own shell.
    Single(Option<Section>),
    /// Steps, each on its own.
    Steps(Vec<Section>),
}

/// Finds out what a script consists of.
///
/// # Errors
/// [`crate::Error::Script`] for an unknown interpreter or a missing script file.
pub(super) fn sections(source: ScriptSource<'_>, recipe_dir: &Path, shell: Shell) -> Result<Sections> {
    if let Some(steps) = source.steps {
        return Ok(Sections::Steps(steps.iter().map(step).collect::<Result<_>>()?));
    }
    let section = match source.script {
        None => default_file(recipe_dir, shell).map(plain).transpose()?,
        Some(Script::CommandOrPath(line)) => Some(command_or_path(line, recipe_dir, shell)?),
        Some(Script::Commands(commands)) => Some(plain(Body::Commands(commands.clone()))?),
        Some(Script::Object(object)) => object_section(object, recipe_dir, shell)?,
    };
    Ok(Sections::Single(section))
}

fn step(step: &Step) -> Result<Section> {
    Ok(Section {
        body: Body::Commands(step.run.clone()),
        interpreter: interpreter(step.interpreter.as_deref(), None)?,
        env: step.env.clone(),
        cwd: step.cwd.clone(),
    })
}

fn plain(body: Body) -> Result<Section> {
    let interpreter = interpreter(None, Some(&body))?;
    Ok(Section { body, interpreter, env: IndexMap::new(), cwd: None })
}

fn default_file(recipe_dir: &Path, shell: Shell) -> Option<Body> {
    recipe_file::default(recipe_dir, shell.script_endings()).map(Body::File)
}

fn command_or_path(line: &str, recipe_dir: &Path, shell: Shell) -> Result<Section> {
    let file = recipe_file::file_of_line(recipe_dir, line, shell.script_endings());
    plain(file.map_or_else(|| Body::Text(line.to_owned()), Body::File))
}

fn object_section(object: &ScriptObject, recipe_dir: &Path, shell: Shell) -> Result<Option<Section>> {
    let body = match (&object.file, &object.content) {
        (Some(file), _) => Some(Body::File(recipe_file::named(recipe_dir, file, shell.script_endings())?)),
        (None, Some(Content::Text(text))) => Some(Body::Text(text.clone())),
        (None, Some(Content::Commands(commands))) => Some(Body::Commands(commands.clone())),
        (None, None) => default_file(recipe_dir, shell),
    };
    // An interpreter that does not exist is an error even where there is nothing for it to run.
    let interpreter = interpreter(object.interpreter.as_deref(), body.as_ref())?;
    Ok(body.map(|body| Section { body, interpreter, env: IndexMap::new(), cwd: object.cwd.clone() }))
}

/// The interpreter that is named, otherwise the one for a file's extension.
fn interpreter(name: Option<&str>, body: Option<&Body>) -> Result<Option<Interpreter>> {
    match (name, body) {
        (Some(name), _) => Interpreter::named(name).map(Some),
        (None, Some(Body::File(path))) => Ok(Interpreter::of_file(path)),
        _ => Ok(None),
    }
}
