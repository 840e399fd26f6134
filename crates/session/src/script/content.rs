//! Templates in the text of a script, rendered when the script is written.

use std::collections::BTreeMap;

use sidewinder_recipe::template::{ScriptScope, render_script};

use super::sections::ScriptSource;
use super::variables::{VariableInput, Variables};
use crate::error::{Error, Result};

/// What the templates of a script may use besides the recipe's context and the variant.
pub(super) struct ContentScope<'a> {
    input: &'a VariableInput<'a>,
    /// What the script will run with.
    environment: BTreeMap<String, String>,
    /// What `env.get` finds: variables of the caller except secrets, which are never written down.
    process_environment: BTreeMap<String, String>,
}

impl<'a> ContentScope<'a> {
    pub(super) fn new(input: &'a VariableInput<'a>, source: ScriptSource<'_>, variables: &Variables) -> Self {
        let mut environment: BTreeMap<String, String> = variables.clone().into_iter().collect();
        environment.insert("CONDA_BUILD".into(), "1".into());
        environment.extend(source.env());
        let of_process = input.caller.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)));
        let process_environment = of_process
            .filter(|(name, _)| !source.secrets().iter().any(|secret| secret == name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { input, environment, process_environment }
    }

    /// Renders the templates of one text, with these variables besides those of the build. Its line endings become
    /// those of Unix: with others, a shell takes a carriage return for a part of the last word.
    ///
    /// # Errors
    /// [`Error::Script`] for templates that cannot be evaluated; unknown variables are empty.
    pub(super) fn render<'v>(
        &self,
        text: &str,
        further: impl IntoIterator<Item = (&'v String, &'v String)>,
    ) -> Result<String> {
        let mut environment = self.environment.clone();
        environment.extend(further.into_iter().map(|(name, value)| (name.clone(), value.clone())));
        let variant = self.input.variant;
        let scope = ScriptScope {
            context: &variant.recipe.context,
            variant: &variant.variant,
            environment: &environment,
            process_environment: &self.process_environment,
            target_platform: &variant.target_platform,
            host_platform: self.input.host_platform(),
            build_platform: &variant.build_platform,
        };
        render_script(&text.replace("\r\n", "\n"), &scope)
            .map_err(|message| Error::Script { reason: format!("cannot render its content: {message}") })
    }
}
