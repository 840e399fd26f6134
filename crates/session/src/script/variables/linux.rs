//! Packages for Linux.

use super::{VariableInput, Variables, set};

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    let inherited = input.caller.get("LD_RUN_PATH").map(str::to_owned);
    set(variables, "LD_RUN_PATH", inherited.unwrap_or_else(|| input.in_prefix(&["lib"])));
    input.forward(variables, &["QEMU_LD_PREFIX", "QEMU_UNAME", "DEJAGNU", "DISPLAY"]);
}
