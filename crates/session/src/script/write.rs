//! Writing the scripts of a session into its work folder.

use std::path::Path;

use super::activation::Activation;
use super::content::ContentScope;
use super::interpreter::{Interpreter, Lines, cmd_commands};
use super::program::command_processor;
use super::quote::bash_word;
use super::sections::{Body, ScriptSource, Section, Sections, sections};
use super::shell::Shell;
use super::text::{Part, Parts};
use super::variables::{VariableInput, Variables, python_of_host, text, variables};
use super::{env_file, env_file_cmd, recipe_file, text as script_text, text_cmd};
use crate::error::{Error, Result};
use crate::layout::{Held, Layout};
use crate::progress::Progress;

/// Writes `build_env.sh` and `conda_build.sh` (on Windows `.bat`), and the files that other interpreters run.
///
/// The environments must be installed: what their packages activate is read from them.
///
/// # Errors
/// [`Error::Script`] for a missing script file or interpreter, for templates that cannot be evaluated and
/// for packages whose activation cannot be read; [`Error::Io`].
pub fn write(input: &VariableInput<'_>, source: ScriptSource<'_>, progress: &Progress) -> Result<()> {
    let writer = Writer { input, source, variables: variables(input), progress };
    // Templates first: those that are wrong leave no files behind.
    let sections = sections(source, &input.layout.recipe_dir, input.shell)?;
    let rendered = writer.render(sections)?;
    writer.warn_of_missing_secrets();
    writer.write_env_file()?;
    let parts = writer.parts(rendered)?;
    writer.write_script(&parts)
}

/// Brings `build_env.sh` up to date after packages were added; `conda_build.sh` and what the user wrote into either file
/// stay.
///
/// # Errors
/// [`Error::Script`] for packages whose activation cannot be read, [`Error::Io`].
pub fn refresh(input: &VariableInput<'_>, progress: &Progress) -> Result<()> {
    let path = input.layout.work_dir.join(input.shell.env_file());
    let before = fs_err::read_to_string(&path).map_err(Error::io("cannot read", &path))?;
    let further = python_of_host(input);
    let activations = Activation::of_build(input)?;
    let after = match input.shell {
        Shell::Bash => env_file::refresh_bash(&before, &further, &activations, input.caller),
        Shell::Cmd => env_file_cmd::refresh_cmd(&before, &further, &activations, input.caller),
    };
    let Some(after) = after else {
        progress.warn(format!("`{}` was changed by hand and is left as it is", path.display()));
        return Ok(());
    };
    write_file(&path, &after, false)
}

/// Replaces the build script; whole or not at all, and it stays executable.
///
/// # Errors
/// [`Error::Io`]; the old text is then still there.
pub fn replace(layout: &Layout, text: &str) -> Result<()> {
    write_file(&layout.build_script(), text, true)
}

/// Replaces one of the session's scripts; whole or not at all.
///
/// # Errors
/// [`Error::Io`]; the old text is then still there.
pub(crate) fn replace_file(layout: &Layout, name: &std::ffi::OsStr, text: &[u8]) -> Result<()> {
    let path = layout.work_dir.join(name);
    let executable = path == layout.build_script();
    write_bytes(&path, text, executable)
}

struct Writer<'a> {
    input: &'a VariableInput<'a>,
    source: ScriptSource<'a>,
    variables: Variables,
    progress: &'a Progress,
}

/// A section whose templates are rendered.
struct Rendered {
    section: Section,
    text: RenderedText,
}

enum RenderedText {
    Text(String),
    Commands(Vec<String>),
}

enum RenderedSections {
    Single(Option<Rendered>),
    Steps(Vec<Rendered>),
}

impl Writer<'_> {
    fn render(&self, sections: Sections) -> Result<RenderedSections> {
        let scope = ContentScope::new(self.input, self.source, &self.variables);
        let render_section = |section: Section| {
            let render = |text: &str| scope.render(text, &section.env);
            let text = match &section.body {
                Body::Text(text) => RenderedText::Text(render(text)?),
                Body::Commands(commands) => {
                    let commands = commands.iter().map(|command| render(command));
                    RenderedText::Commands(commands.collect::<Result<_>>()?)
                }
                Body::File(path) => RenderedText::Text(recipe_file::read(path)?),
            };
            Ok(Rendered { section, text })
        };
        Ok(match sections {
            Sections::Single(section) => RenderedSections::Single(section.map(render_section).transpose()?),
            Sections::Steps(steps) => {
                RenderedSections::Steps(steps.into_iter().map(render_section).collect::<Result<_>>()?)
            }
        })
    }

    fn warn_of_missing_secrets(&self) {
        for name in self.source.secrets() {
            if self.input.caller.get_os(name).is_none() {
                self.progress.warn(format!("Secret {name} not found in environment"));
            }
        }
    }

    fn write_env_file(&self) -> Result<()> {
        let input = self.input;
        let activations = Activation::of_build(input)?;
        let env = self.source.env();
        let text = match input.shell {
            Shell::Bash => env_file::bash(&self.variables, &env, &activations, input.caller),
            Shell::Cmd => env_file_cmd::cmd(&self.variables, &env, &activations, input.caller),
        };
        write_file(&input.layout.work_dir.join(input.shell.env_file()), &text, false)
    }

    fn parts(&self, rendered: RenderedSections) -> Result<Parts> {
        Ok(match rendered {
            RenderedSections::Single(None) => Parts::Single(None),
            RenderedSections::Single(Some(rendered)) => Parts::Single(Some(self.part(rendered, "script")?)),
            RenderedSections::Steps(steps) => {
                let name = |index: usize| if steps.len() == 1 { "script".to_owned() } else { format!("step{index}") };
                let names: Vec<_> = (0..steps.len()).map(name).collect();
                let parts = steps.into_iter().zip(names).map(|(step, name)| self.part(step, &name));
                Parts::Steps(parts.collect::<Result<_>>()?)
            }
        })
    }

    /// What the build script runs for a section; `name` is that of the file another interpreter gets.
    fn part(&self, rendered: Rendered, name: &str) -> Result<Part> {
        let Rendered { section, text } = rendered;
        let lines = match &text {
            RenderedText::Text(text) => Lines::Text(text),
            RenderedText::Commands(commands) => Lines::Commands(commands),
        };
        let foreign = section.interpreter.filter(|interpreter| !interpreter.is_native(self.input.shell));
        let body = match (&foreign, self.input.shell) {
            (Some(interpreter), _) => self.foreign(interpreter, &section.body, &lines, name)?,
            (None, Shell::Bash) => lines.joined(),
            (None, Shell::Cmd) => match lines {
                Lines::Commands(commands) => cmd_commands(commands),
                Lines::Text(text) => text.to_owned(),
            },
        };
        let cwd = section.cwd.map(|cwd| self.absolute(&cwd));
        Ok(Part { body, env: section.env.into_iter().collect(), cwd })
    }

    /// The line that has another interpreter run a section.
    fn foreign(&self, interpreter: &Interpreter, body: &Body, lines: &Lines<'_>, name: &str) -> Result<String> {
        let input = self.input;
        let found = interpreter.find(input.layout, input.caller, input.shell)?;
        if found.from_caller && !interpreter.is_native(input.shell) {
            self.progress.info(format!(
                "The script's interpreter `{}` is that of this machine, `{}`: none of the environments has one",
                interpreter.name,
                found.path.display()
            ));
        }
        let file = match body {
            Body::File(path) => path.clone(),
            Body::Text(_) | Body::Commands(_) => {
                let file = input.layout.work_dir.join(format!("conda_build_{name}.{}", interpreter.ending()));
                write_file(&file, &interpreter.file_text(lines), false)?;
                file
            }
        };
        let arguments = interpreter.arguments();
        Ok(match input.shell {
            Shell::Bash => format!("{} {arguments}{}", bash_word(text(&found.path)), bash_word(text(&file))),
            Shell::Cmd => format!("\"{}\" {arguments}\"{}\"", found.path.display(), file.display()),
        })
    }

    /// A folder that the recipe names is relative to the host prefix, not to the work folder.
    fn absolute(&self, cwd: &str) -> String {
        text(&self.input.layout.host_prefix.join(cwd)).to_owned()
    }

    fn write_script(&self, parts: &Parts) -> Result<()> {
        let input = self.input;
        let work_dir = text(&input.layout.work_dir);
        let env_file = input.shell.join(work_dir, &[input.shell.env_file()]);
        let path = input.layout.work_dir.join(input.shell.script_file());
        let script = match input.shell {
            Shell::Bash => script_text::bash(&env_file, parts),
            Shell::Cmd => {
                let processor = command_processor(input.caller);
                let (script, files) = text_cmd::cmd(&env_file, work_dir, text(&processor), parts);
                for file in files {
                    write_file(&input.layout.work_dir.join(file.name), &file.text, false)?;
                }
                script
            }
        };
        write_file(&path, &script, true)?;
        self.progress.info(format!("Build script created at {}", path.display()));
        Ok(())
    }
}

/// Writes a file in one step: who reads it sees the old text or the new one. The folder that it is in may be replaced
/// meanwhile, not followed elsewhere.
fn write_file(path: &Path, text: &str, executable: bool) -> Result<()> {
    write_bytes(path, text.as_bytes(), executable)
}

fn write_bytes(path: &Path, bytes: &[u8], executable: bool) -> Result<()> {
    let cannot_write = Error::io("cannot write", path);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(cannot_write(std::io::ErrorKind::InvalidInput.into()));
    };
    let folder = Held::open(folder)?;
    super::atomic::write(&folder.entry(name), bytes, executable).map_err(cannot_write)
}
