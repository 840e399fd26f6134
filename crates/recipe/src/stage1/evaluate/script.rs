//! Evaluates scripts and steps. Their content keeps its templates: it is rendered when the build runs.

use std::sync::Arc;

use indexmap::IndexMap;

use super::fields::{Evaluation, Text};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::stage0::{self, Item, List, ValueKind};
use crate::stage1::{Content, Script, ScriptObject, Step};

impl Evaluation<'_> {
    /// A script; nothing for the default one.
    pub(super) fn script(&mut self, script: &stage0::Script) -> Option<Script> {
        match script {
            stage0::Script::Default => None,
            stage0::Script::Scalar(value) => {
                self.mark(value);
                let text = source(value);
                Some(if text.is_empty() { Script::Commands(Vec::new()) } else { Script::CommandOrPath(text) })
            }
            stage0::Script::List(list) => {
                let mut commands = self.content(list);
                Some(match (commands.len(), commands.pop()) {
                    (1, Some(only)) => Script::CommandOrPath(only),
                    (_, last) => Script::Commands(commands.into_iter().chain(last).collect()),
                })
            }
            stage0::Script::Object(object) => {
                let object = self.script_object(object);
                (object != ScriptObject::default()).then_some(Script::Object(object))
            }
        }
    }

    fn script_object(&mut self, object: &stage0::ScriptObject) -> ScriptObject {
        let file = object.file.as_ref().and_then(|file| self.text(file));
        let content = object.content.as_ref().map(|list| self.content(list));
        let given = object.interpreter.as_ref().and_then(|interpreter| self.text(interpreter));
        let inferred = || file.as_deref().and_then(interpreter_of).map(str::to_owned);
        ScriptObject {
            interpreter: given.or_else(inferred),
            env: self.env(&object.env),
            secrets: object.secrets.iter().map(|secret| (**secret).to_owned()).collect(),
            // A file goes before content.
            content: content.filter(|_| file.is_none()).map(|mut commands| match (commands.len(), commands.pop()) {
                (1, Some(only)) => Content::Text(only),
                (_, last) => Content::Commands(commands.into_iter().chain(last).collect()),
            }),
            file,
            cwd: object.cwd.as_ref().and_then(|cwd| self.text(cwd)),
        }
    }

    /// Commands with their templates. All names in all branches count as used.
    fn content(&mut self, list: &List<Text>) -> Vec<String> {
        self.mark_all(list);
        self.list(list, |_, value| Some(source(value)).filter(|text| !text.is_empty()))
    }

    fn mark(&self, value: &Text) {
        if let ValueKind::Template(template) = &value.kind {
            template.uses.iter().for_each(|name| self.scope.mark(name));
        }
    }

    fn mark_all(&self, list: &List<Text>) {
        for item in list {
            match item {
                Item::Value(value) => self.mark(value),
                Item::If(conditional) => {
                    conditional.condition.uses.iter().for_each(|name| self.scope.mark(name));
                    self.mark_all(&conditional.then);
                    conditional.otherwise.iter().for_each(|otherwise| self.mark_all(otherwise));
                }
            }
        }
    }

    /// Environment variables; those without a value are dropped.
    fn env(&mut self, env: &[(Arc<str>, Text)]) -> IndexMap<String, String> {
        let mut variables = IndexMap::with_capacity(env.len());
        for (name, value) in env {
            let Some(text) = self.text(value).filter(|text| !text.is_empty()) else { continue };
            if text.contains(['\n', '\r']) {
                let message = format!("the environment variable `{name}` has a line break in its value");
                self.error(Diagnostic::error(Code::InvalidValue, message, value.span));
                continue;
            }
            variables.insert((**name).to_owned(), text);
        }
        variables
    }

    /// Steps; those whose condition does not hold or that run nothing are dropped.
    pub(super) fn steps(&mut self, steps: &List<stage0::Step>, span: Span) -> Vec<Step> {
        if !self.config.experimental {
            self.error(
                Diagnostic::error(Code::ExperimentalFeature, "`build.steps` is an experimental feature", span)
                    .with_help("set `experimental` in the render options (`--experimental`)"),
            );
            return Vec::new();
        }
        self.list(steps, |this, step| {
            if let Some(condition) = &step.condition
                && !this.holds(condition)?
            {
                return None;
            }
            let run = this.content(&step.run);
            let evaluated = Step {
                interpreter: step.interpreter.as_ref().and_then(|interpreter| this.text(interpreter)),
                env: this.env(&step.env),
                cwd: step.cwd.as_ref().and_then(|cwd| this.text(cwd)),
                run,
            };
            (!evaluated.run.is_empty()).then_some(evaluated)
        })
    }
}

fn source(value: &Text) -> String {
    match &value.kind {
        ValueKind::Literal(text) => (**text).to_owned(),
        ValueKind::Template(template) => (*template.text).to_owned(),
    }
}

/// What runs a script file, by its extension.
fn interpreter_of(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "py" => "python",
        "rb" => "ruby",
        "js" => "nodejs",
        "pl" => "perl",
        "r" => "rscript",
        "sh" | "bash" => "bash",
        "bat" | "cmd" => "cmd",
        "ps1" => "powershell",
        "nu" => "nushell",
        _ => return None,
    })
}
