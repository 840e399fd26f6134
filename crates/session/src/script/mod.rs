//! The build script: its text, its interpreters, its variables, and running it.
//!
//! [`write`] turns the recipe's script into `build_env.sh` and `conda_build.sh` in the work folder, [`refresh`] updates
//! the first after packages were added, [`run`] runs the second, [`exec`] runs any other command in the same environment.

mod activation;
mod activation_failure;
mod atomic;
mod caller;
mod command;
mod content;
mod env_file;
mod env_file_cmd;
mod interpreter;
mod limits;
#[cfg(test)]
mod made;
mod network_proxy;
mod options;
mod output;
mod own_files;
#[cfg(test)]
mod platform_texts;
mod process;
mod program;
mod quote;
mod recipe_file;
mod recipe_lines;
mod result;
mod run;
mod run_lock;
mod run_program;
mod sandbox;
mod sections;
mod shell;
mod stdin;
mod supervisor;
mod test_script;
mod text;
mod text_cmd;
mod usage;
mod variables;
mod write;

pub use activation_failure::ActivationFailure;
pub use caller::CallerEnvironment;
pub(crate) use limits::available_cgroups;
pub use limits::{LimitKind, Limits};
pub use options::{Command, RunOptions};
pub use output::{Flow, OutputSink, Stream};
pub(crate) use own_files::is_script_file;
pub use process::end_processes_of;
pub(crate) use program::program_of_caller;
pub(crate) use recipe_lines::{InlineText, RecipeLines};
pub use result::{EditedPackage, Omitted, ScriptResult};
pub use run::{RunRequest, check_enforceable, exec, mask, run};
pub(crate) use run_lock::check_no_kept_run;
pub(crate) use run_program::{native_shell, run_program};
pub use sandbox::{NetworkAccess, Sandbox, SandboxRules};
pub use sections::ScriptSource;
pub use shell::Shell;
pub use stdin::StdinStream;
pub use supervisor::check_network_isolation;
pub(crate) use test_script::resolve_script;
pub use usage::Usage;
pub use variables::{HostPython, VariableInput, Variables, variables};
pub(crate) use write::replace_file;
pub use write::{refresh, replace, write};
