//! Which part of the build script comes from the recipe, and from where.

use std::path::PathBuf;

use super::content::ContentScope;
use super::recipe_file;
use super::sections::{Body, ScriptSource, Sections, sections};
use super::variables::{VariableInput, variables};
use crate::error::{Error, Result};

/// Where the recipe's part of the build script comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecipeLines {
    /// A file next to the recipe, which is in the script as it is.
    File {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
    },
    /// Texts of the recipe, one after the other.
    Inline(Vec<InlineText>),
}

/// A text of the recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InlineText {
    /// As the recipe has it, with its templates.
    pub(crate) source: String,
    /// As it is in the script.
    pub(crate) rendered: String,
}

impl RecipeLines {
    /// Reads the recipe's part of the script that a source gives.
    ///
    /// # Errors
    /// [`Error::Script`] for a script in steps, one that another interpreter runs and one that is empty; those of writing
    /// the script.
    pub(crate) fn of(input: &VariableInput<'_>, source: ScriptSource<'_>) -> Result<Self> {
        let refused = |reason: &str| Error::Script { reason: format!("cannot carry edits into the recipe: {reason}") };
        let section = match sections(source, &input.layout.recipe_dir, input.shell)? {
            Sections::Single(Some(section)) => section,
            Sections::Single(None) => return Err(refused("it has no build script")),
            Sections::Steps(_) => return Err(refused("its script is written in `steps`")),
        };
        if section.interpreter.as_ref().is_some_and(|interpreter| !interpreter.is_native(input.shell)) {
            return Err(refused("another interpreter runs its script"));
        }
        let scope = ContentScope::new(input, source, &variables(input));
        let inline = |source: &str| -> Result<InlineText> {
            Ok(InlineText { source: source.to_owned(), rendered: scope.render(source, &section.env)? })
        };
        Ok(match &section.body {
            Body::File(path) => Self::File { path: path.clone(), text: recipe_file::read(path)? },
            Body::Text(text) => Self::Inline(vec![inline(text)?]),
            Body::Commands(commands) => {
                Self::Inline(commands.iter().map(|command| inline(command)).collect::<Result<_>>()?)
            }
        })
    }

    /// The part of the script, as it is written.
    pub(crate) fn text(&self) -> String {
        let text = match self {
            Self::File { text, .. } => text.clone(),
            Self::Inline(texts) => texts.iter().map(|text| text.rendered.as_str()).collect::<Vec<_>>().join("\n"),
        };
        if text.ends_with('\n') { text } else { format!("{text}\n") }
    }
}
