//! The environment variables of a build: pure functions of what is known when the script is written.
//!
//! Later groups win over earlier ones: what all builds have, then what the platforms bring, then the variant's own keys.

mod android;
mod build_platform;
mod common;
mod family;
mod ios;
mod isolation;
mod languages;
mod linux;
mod osx;
mod test;
mod unix;
mod variant;
mod windows;

use indexmap::IndexMap;
use sidewinder_recipe::render::RenderedVariant;

use self::family::Family;
pub(super) use self::languages::python_of_host;
pub(super) use self::variant::is_variable_name;
use super::caller::CallerEnvironment;
use super::shell::Shell;
use crate::layout::Layout;
use crate::options::Isolation;

/// Names and values, in the order in which they are written.
pub type Variables = IndexMap<String, String>;

/// What the variables follow from.
#[derive(Clone, Copy, Debug)]
pub struct VariableInput<'a> {
    /// What is built.
    pub variant: &'a RenderedVariant,
    /// Its folders.
    pub layout: &'a Layout,
    /// Python of the host environment, if there is one.
    pub python: Option<&'a HostPython>,
    /// The environment of the caller.
    pub caller: &'a CallerEnvironment,
    /// What the script sees of the caller's environment.
    pub isolation: Isolation,
    /// When the session was created, in seconds since 1970.
    pub created: u64,
    /// How many processors the machine has; the caller's `CPU_COUNT` wins.
    pub processors: usize,
    /// What runs the script.
    pub shell: Shell,
    /// Whether it is the script of a staging output, which is not a package.
    pub is_staging: bool,
    /// Whether it is the script of a test, which runs on the finished package.
    pub is_test: bool,
}

/// Python in the solved host environment, direct or as a dependency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostPython {
    /// Its version.
    pub version: String,
    /// `python_site_packages_path` of its record.
    pub site_packages_path: Option<String>,
}

/// All variables of the build but those of `script.env` and of the activation, sorted by name.
#[must_use]
pub fn variables(input: &VariableInput<'_>) -> Variables {
    let mut variables = Variables::new();
    common::add(&mut variables, input);
    isolation::add(&mut variables, input);
    languages::add(&mut variables, input);
    let target = input.target();
    match target.family {
        Family::Linux => {
            unix::add(&mut variables, input);
            linux::add(&mut variables, input);
        }
        Family::Osx => {
            unix::add(&mut variables, input);
            osx::add(&mut variables, target);
        }
        Family::Ios => {
            unix::add(&mut variables, input);
            ios::add(&mut variables, target);
        }
        Family::Android => {
            unix::add(&mut variables, input);
            android::add(&mut variables, target);
        }
        Family::Windows => windows::add(&mut variables, input),
        Family::Other => {}
    }
    build_platform::add(&mut variables, input);
    variant::add(&mut variables, input);
    if input.is_test {
        test::change(&mut variables, input);
    }
    variables.sort_keys();
    variables
}

impl<'a> VariableInput<'a> {
    fn prefix(&self) -> &'a str {
        text(&self.layout.host_prefix)
    }

    /// A path below the host prefix.
    fn in_prefix(&self, parts: &[&str]) -> String {
        self.shell.join(self.prefix(), parts)
    }

    /// The platform of the host environment: that of the build where it was given as `noarch`, which no machine is.
    pub(in crate::script) fn host_platform(&self) -> &'a str {
        let variant = self.variant;
        if variant.host_platform == "noarch" { &variant.build_platform } else { &variant.host_platform }
    }

    /// The platform whose variables are set: the target, for noarch packages the host.
    fn target(&self) -> family::Target<'a> {
        let variant = self.variant;
        let noarch = variant.subdir == "noarch" || variant.target_platform == "noarch";
        family::Target::new(if noarch { self.host_platform() } else { &variant.target_platform })
    }

    /// Copies a variable of the caller, if it has it.
    fn forward(&self, variables: &mut Variables, names: &[&str]) {
        for name in names {
            if let Some(value) = self.caller.get(name) {
                set(variables, name, value);
            }
        }
    }
}

fn set(variables: &mut Variables, name: &str, value: impl Into<String>) {
    variables.insert(name.to_owned(), value.into());
}

/// Text of a path; a layout's paths are Unicode.
pub(super) fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap_or_default()
}

/// The first two parts of a version, e.g. `3.12` of `3.12.* *_cpython`.
fn first_two_parts(version: &str) -> String {
    let version = version.trim_start_matches(['=', '<', '>', '!', '~', ' ']);
    let end = version.find([' ', ',', '|']).unwrap_or(version.len());
    let parts: Vec<&str> = version.get(..end).unwrap_or(version).split('.').take(2).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests;
