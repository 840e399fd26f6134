//! Packages what is in a prefix and prints how long it took; for tuning, without a session around it.
//!
//! usage: package_prefix PREFIX OUTPUT [conda|tar.bz2] [LEVEL] [THREADS]

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers")]

use std::path::PathBuf;
use std::time::Instant;

use sidewinder_package::{
    ArchiveFormat, Configuration, Folders, Monitor, PackageOptions, PackageRequest, Recorded, ResolvedScript, build,
};

struct Quiet;

impl Monitor for Quiet {
    fn is_cancelled(&self) -> bool {
        false
    }

    fn info(&self, _line: String) {}

    fn written(&self, _bytes: u64, _total: u64) {}
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let argument = |index: usize| arguments.get(index).cloned();
    let prefix = PathBuf::from(argument(1).unwrap());
    let output_dir = PathBuf::from(argument(2).unwrap());
    let variant = serde_json::json!({
        "name": "tree", "version": "1.0", "buildString": "h0000000_0", "buildNumber": 0, "hash": "0000000", "hashPrefix": "",
        "noarch": null, "subdir": "linux-64", "targetPlatform": "linux-64", "hostPlatform": "linux-64",
        "buildPlatform": "linux-64", "skip": false, "variant": {}, "pinSubpackages": {},
        "recipe": { "schema_version": 1, "context": {}, "package": { "name": "tree", "version": "1.0" },
                    "build": { "script": "true" }, "requirements": {} },
    });
    let variant = serde_json::from_value(variant).unwrap();
    let build_dir = prefix.parent().unwrap().to_path_buf();
    let folders = Folders {
        build_prefix: build_dir.join("build_env"),
        work_dir: build_dir.join("work"),
        host_prefix: prefix,
        build_dir,
        recipe_dir: None,
        recipe_path: None,
        output_dir,
        package_files: None,
    };
    let options = PackageOptions {
        format: argument(3).map(|format| if format == "conda" { ArchiveFormat::Conda } else { ArchiveFormat::TarBz2 }),
        compression_level: argument(4).and_then(|level| level.parse().ok()),
        threads: argument(5).and_then(|threads| threads.parse().ok()),
        ..PackageOptions::default()
    };
    let configuration = Configuration { timestamp: 1_700_000_000, ..Configuration::default() };
    let recorded = Recorded::default();
    let started = Instant::now();
    let package = build(&PackageRequest {
        variant: &variant,
        folders: &folders,
        recorded: &recorded,
        configuration: &configuration,
        options: &options,
        monitor: &Quiet,
        resolve_script: &|_| Ok(ResolvedScript::default()),
        run_program: &|_| Err("programs are not run here".to_owned()),
    })
    .unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("{} ms, {} bytes, {} files, {peak}", started.elapsed().as_millis(), package.size, package.files.len());
}
