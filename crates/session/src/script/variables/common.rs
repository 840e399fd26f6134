//! What every build has.

use super::family::{Family, Target};
use super::{VariableInput, Variables, set, text};

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    folders(variables, input);
    if !input.is_staging {
        package(variables, input);
    }
    platforms(variables, input);
    pip(variables, input);
    set(variables, "CONDA_BUILD_STATE", "BUILD");
    let processors = input.caller.get("CPU_COUNT").filter(|count| !count.is_empty());
    set(variables, "CPU_COUNT", processors.map_or_else(|| input.processors.to_string(), str::to_owned));
    set(variables, "SOURCE_DATE_EPOCH", input.created.to_string());
    let path = if input.target().family == Family::Windows { "Path" } else { "PATH" };
    input.forward(variables, &[path]);
}

fn folders(variables: &mut Variables, input: &VariableInput<'_>) {
    let layout = input.layout;
    let build_dir = text(&layout.build_dir);
    set(variables, "PREFIX", input.prefix());
    set(variables, "CONDA_DEFAULT_ENV", input.prefix());
    set(variables, "BUILD_PREFIX", text(&layout.build_prefix));
    set(variables, "SRC_DIR", text(&layout.work_dir));
    set(variables, "BUILD_DIR", build_dir);
    set(variables, "RECIPE_DIR", text(&layout.recipe_dir));
    set(variables, "RATTLER_BUILD_PACKAGE_FILES", input.shell.join(build_dir, &[".rattler-build-package-files"]));
}

fn package(variables: &mut Variables, input: &VariableInput<'_>) {
    let variant = input.variant;
    set(variables, "PKG_NAME", variant.name.to_lowercase());
    set(variables, "PKG_VERSION", variant.version.as_str());
    set(variables, "PKG_BUILDNUM", variant.build_number.to_string());
    set(variables, "PKG_BUILD_STRING", variant.build_string.as_str());
    set(variables, "PKG_HASH", format!("{}h{}", variant.hash_prefix, variant.hash));
}

fn platforms(variables: &mut Variables, input: &VariableInput<'_>) {
    let variant = input.variant;
    set(variables, "SUBDIR", variant.subdir.as_str());
    set(variables, "target_platform", variant.subdir.as_str());
    set(variables, "build_platform", variant.build_platform.as_str());
    set(variables, "host_platform", input.host_platform());
    set(variables, "ARCH", Target::new(input.host_platform()).arch);
    // `noarch` differs from every build platform: scripts see 1 for noarch packages, in real builds as well.
    let cross = variant.subdir != variant.build_platform;
    set(variables, "CONDA_BUILD_CROSS_COMPILATION", if cross { "1" } else { "0" });
    set(variables, "SHLIB_EXT", input.target().shared_library_ending());
}

fn pip(variables: &mut Variables, input: &VariableInput<'_>) {
    set(variables, "PYTHONNOUSERSITE", "1");
    // pip reads this one inverted: `False` switches build isolation off.
    set(variables, "PIP_NO_BUILD_ISOLATION", "False");
    for name in ["PIP_NO_DEPENDENCIES", "PIP_IGNORE_INSTALLED", "PIP_NO_INDEX"] {
        set(variables, name, "True");
    }
    set(variables, "PIP_CACHE_DIR", input.shell.join(text(&input.layout.build_dir), &["pip_cache"]));
}
