//! What differs for the script of a test: it runs on the finished package, without the recipe's folder.

use super::{VariableInput, Variables, set};

/// Variables of builds that tests do not have. Those of pip would keep a test from installing anything.
const OF_BUILDS: [&str; 8] = [
    "RECIPE_DIR",
    "RATTLER_BUILD_PACKAGE_FILES",
    "SOURCE_DATE_EPOCH",
    "PIP_NO_BUILD_ISOLATION",
    "PIP_NO_DEPENDENCIES",
    "PIP_IGNORE_INSTALLED",
    "PIP_NO_INDEX",
    "PIP_CACHE_DIR",
];

pub(super) fn change(variables: &mut Variables, input: &VariableInput<'_>) {
    for name in OF_BUILDS {
        variables.shift_remove(name);
    }
    set(variables, "CONDA_BUILD_STATE", "TEST");
    set(variables, "PKG_BUILD_NUMBER", input.variant.build_number.to_string());
}
