//! The build script: its text, its interpreters, its variables, and running it.
//!
//! [`write`] turns the recipe's script into `build_env.sh` and `conda_build.sh` in the work folder, [`refresh`] brings
//! the first up to date after packages were added, [`run`] runs the second, [`exec`] any other command beside it.

mod activation;
mod atomic;
mod caller;
mod content;
mod env_file;
mod env_file_cmd;
mod interpreter;
mod job;
mod launch;
#[cfg(test)]
mod made;
mod options;
mod output;
mod own_files;
#[cfg(test)]
mod platform_texts;
mod process;
mod program;
mod quote;
mod recipe_file;
mod result;
mod run;
mod sections;
mod shell;
mod text;
mod text_cmd;
mod to_end;
mod variables;
mod write;

pub use caller::CallerEnvironment;
pub use job::check_isolation_from_network;
pub use options::{Command, RunOptions};
pub use output::{Flow, OutputSink, Stream};
pub(crate) use own_files::is_script_file;
pub(crate) use process::end_all_of;
pub use result::{Omitted, ScriptResult};
pub use run::{RunRequest, exec, run};
pub use sections::ScriptSource;
pub use shell::Shell;
pub(crate) use to_end::{native_shell, run_to_end};
pub use variables::{HostPython, VariableInput, Variables, variables};
pub(crate) use write::replace_file;
pub use write::{refresh, replace, write};
