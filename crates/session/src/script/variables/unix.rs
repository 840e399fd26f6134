//! What packages for all systems but Windows have in common.

use super::{VariableInput, Variables, set};

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    set(variables, "PKG_CONFIG_PATH", input.in_prefix(&["lib", "pkgconfig"]));
    set(variables, "CMAKE_GENERATOR", "Unix Makefiles");
    input.forward(variables, &["SSL_CERT_FILE"]);
}
