//! Builds the supervisor of runs, which is embedded into the crate: see `supervisor/main.rs`.
//!
//! Cargo cannot depend on the binary of another crate on stable Rust, and a binary next to the addon would be one more
//! file to ship, find and trust. The program needs nothing but `core`, so `rustc` alone builds it in a third of a second.

#![allow(clippy::expect_used, clippy::panic, reason = "a build script fails by panicking")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sidewinder_supervisor)");
    println!("cargo::rerun-if-changed=supervisor");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let architecture = variable("CARGO_CFG_TARGET_ARCH");
    if variable("CARGO_CFG_TARGET_OS") != "linux" || !["x86_64", "aarch64"].contains(&architecture.as_str()) {
        return;
    }
    println!("cargo::rustc-cfg=sidewinder_supervisor");
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("supervisor");
    // The linker that comes with rustup links for every architecture. Toolchains of distributions lack it; theirs is a C
    // compiler.
    let with_own_linker = ["-Clinker=rust-lld", "-Clinker-flavor=ld.lld"];
    let with_c_compiler = ["-Clink-arg=-nostdlib", "-Clink-arg=-nostartfiles"];
    let first = build(&output, &with_own_linker);
    if let Err(first) = first
        && let Err(second) = build(&output, &with_c_compiler)
    {
        panic!("cannot build the supervisor of runs:\n{first}\n{second}");
    }
}

fn build(output: &Path, linker: &[&str]) -> Result<(), String> {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let mut command = Command::new(variable("RUSTC"));
    command.args(["supervisor/main.rs", "--crate-name=sidewinder_supervisor", "--crate-type=bin", "--edition=2024"]);
    command.args(["--target", &variable("TARGET"), "-Cpanic=abort", "-Copt-level=s", "-Cstrip=symbols"]);
    command.args(["-Crelocation-model=static", "-Clink-self-contained=no", "-Clink-arg=-static"]);
    command.args(linker).arg("-o").arg(output);
    let result = command.output().map_err(|error| error.to_string())?;
    if result.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&result.stderr).into_owned()) }
}
