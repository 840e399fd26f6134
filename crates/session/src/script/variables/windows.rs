//! Packages for Windows.

use super::{VariableInput, Variables, set};

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    let library = |part: &'static str| input.in_prefix(&["Library", part]);
    set(variables, "SCRIPTS", input.in_prefix(&["Scripts"]));
    set(variables, "LIBRARY_PREFIX", input.in_prefix(&["Library"]));
    set(variables, "LIBRARY_BIN", library("bin"));
    set(variables, "LIBRARY_INC", library("include"));
    set(variables, "LIBRARY_LIB", library("lib"));
    set(variables, "LIB", before_inherited(library("lib"), input.caller.get("LIB")));
    set(variables, "INCLUDE", before_inherited(library("include"), input.caller.get("INCLUDE")));
    if let Some(path) = cygwin_path(input.prefix()) {
        set(variables, "CYGWIN_PREFIX", path);
    }
}

fn before_inherited(own: String, inherited: Option<&str>) -> String {
    match inherited {
        Some(inherited) if !inherited.is_empty() => format!("{own};{inherited}"),
        _ => own,
    }
}

/// `C:\a\b` as `/cygdrive/c/a/b`.
fn cygwin_path(path: &str) -> Option<String> {
    let (drive, rest) = path.split_once(':')?;
    let drive = drive.to_lowercase();
    Some(format!("/cygdrive/{drive}{}", rest.replace('\\', "/")))
}
