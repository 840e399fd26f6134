//! What depends on how much of the caller's environment the script sees.

use super::{VariableInput, Variables, set};
use crate::options::Isolation;

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    match input.isolation {
        Isolation::Strict => {
            set(variables, "LANG", "C.UTF-8");
            set(variables, "LC_ALL", "C.UTF-8");
        }
        Isolation::None => {
            input.forward(variables, &["LANG", "LC_ALL", "MAKEFLAGS", "CFLAGS", "CXXFLAGS", "LDFLAGS"]);
        }
    }
}
