//! WebAssembly bindings of `sidewinder_diagnosis`: conversion only.
//!
//! A module of its own, loaded on first use: rules and their regex engine are as large as a third of the recipe core,
//! and an editor for recipes does not need them.

use sidewinder_diagnosis::{Output, diagnose_log};
use wasm_bindgen::prelude::wasm_bindgen;

/// The findings in the output of a run, as JSON text.
///
/// `exit_code` defaults to 1: a log without it is of a build that failed.
#[wasm_bindgen(js_name = diagnoseLog)]
#[must_use]
#[allow(clippy::needless_pass_by_value, reason = "wasm-bindgen passes optional strings as owned values")]
pub fn diagnose(
    stdout: &str,
    stderr: &str,
    script: Option<String>,
    exit_code: Option<i32>,
    signal: Option<String>,
) -> String {
    let findings = diagnose_log(&Output {
        stdout,
        stderr,
        exit_code: exit_code.unwrap_or(1),
        signal: signal.as_deref(),
        script: script.as_deref(),
        ..Output::default()
    });
    // Findings are strings, numbers and lists, which always have a JSON form.
    serde_json::to_string(&findings).unwrap_or_else(|_| "[]".to_owned())
}
