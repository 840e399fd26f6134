//! Python, NumPy and R. `PYTHON` is set even where no Python is: scripts of the field rely on it.

use sidewinder_recipe::stage1::NoArch;

use super::family::{Family, Target};
use super::{VariableInput, Variables, first_two_parts, set};

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    python(variables, input);
    numpy(variables, input);
    r(variables, input);
}

fn python(variables: &mut Variables, input: &VariableInput<'_>) {
    let windows = is_windows(input);
    set(variables, "PYTHON", input.in_prefix(if windows { &["python.exe"] } else { &["bin", "python"] }));
    let build = &input.variant.recipe.build;
    if build.noarch == Some(NoArch::Python) || build.python.version_independent {
        set(variables, "PYTHONDONTWRITEBYTECODE", "1");
    }
    for (name, value) in python_of_host(input) {
        set(variables, name, value);
    }
}

/// What is known only with a Python version; empty without one. Also used when Python is added to a session.
pub(in crate::script) fn python_of_host(input: &VariableInput<'_>) -> Vec<(&'static str, String)> {
    let installed = input.python.map(|python| python.version.as_str());
    // A range in the variant says nothing of where the library is; what was installed for it does.
    let of_variant = value_of(input, "python");
    let is_range = of_variant.as_deref().is_some_and(|value| value.contains(['<', '>', '!', '~', '|', ',']));
    let installed = installed.map(str::to_owned);
    let version = if is_range { installed.or(of_variant) } else { of_variant.or(installed) };
    let Some(version) = version else { return Vec::new() };
    let version = first_two_parts(&version);
    let windows = is_windows(input);
    let library =
        if windows { input.in_prefix(&["Lib"]) } else { input.in_prefix(&["lib", &format!("python{version}")]) };
    let site_packages = match input.python.and_then(|python| python.site_packages_path.as_deref()) {
        Some(path) => input.in_prefix(&path.split('/').collect::<Vec<_>>()),
        None => input.shell.join(&library, &["site-packages"]),
    };
    let major = version.split('.').next().unwrap_or_default();
    vec![
        ("PY3K", if major == "3" { "1" } else { "0" }.to_owned()),
        ("SP_DIR", site_packages),
        ("STDLIB_DIR", library),
        ("PY_VER", version),
    ]
}

fn numpy(variables: &mut Variables, input: &VariableInput<'_>) {
    if let Some(version) = value_of(input, "numpy") {
        set(variables, "NPY_VER", first_two_parts(&version));
        set(variables, "NPY_DISTUTILS_APPEND_FLAGS", "1");
    }
}

fn r(variables: &mut Variables, input: &VariableInput<'_>) {
    if let Some(version) = value_of(input, "r-base") {
        let windows = is_windows(input);
        set(variables, "R_VER", version);
        set(variables, "R", input.in_prefix(if windows { &["Scripts", "R.exe"] } else { &["bin", "R"] }));
        set(variables, "R_USER", input.in_prefix(&["Libs", "R"]));
    }
}

/// Whether the host environment has the folders of Windows.
fn is_windows(input: &VariableInput<'_>) -> bool {
    Target::new(input.host_platform()).family == Family::Windows
}

/// The variant's value of a key, in which `-`, `_` and `.` are the same.
fn value_of(input: &VariableInput<'_>, key: &str) -> Option<String> {
    let same = |name: &str| name.replace(['_', '.'], "-") == key;
    input.variant.variant.iter().find(|(name, _)| same(name)).map(|(_, value)| super::variant::text(value))
}
