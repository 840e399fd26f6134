//! Attacks by what a channel and a package say about the package: names that become paths.

use serde_json::json;

use super::{Hostile, RawPackage};

pub(super) fn cases() -> Vec<Hostile> {
    let evil = || RawPackage::new("evil").file("share/evil", "evil\n");
    // What is asked for depends on the bad record, so that it is looked at.
    let request = |package: RawPackage, spec: &str| {
        let carrier = RawPackage::new("carrier").says("depends", json!([spec]));
        (package, carrier)
    };
    let mut cases = Vec::new();
    for (name, key, value) in [
        ("name-up", "name", "../../outside/evil"),
        ("name-absolute", "name", "/tmp/evil"),
        ("name-with-nul", "name", "evil\0x"),
        ("name-empty", "name", ""),
        ("version-up", "version", "1/../../../outside/1"),
        ("build-up", "build", "../../../outside/0"),
        ("build-absolute", "build", "/0"),
        ("build-with-nul", "build", "0\0"),
        ("subdir-up", "subdir", "../../outside"),
    ] {
        let (package, carrier) = request(evil().says(key, json!(value)), "evil");
        cases.push(Hostile::one(name, package).with(carrier).installing(&["carrier"]));
    }
    for (name, key, value) in [
        ("package-calls-itself-up", "name", "../../outside/evil"),
        ("package-has-a-build-up", "build", "../../outside/0"),
        ("package-has-a-version-up", "version", "1/../../outside"),
        ("package-is-another", "name", "good"),
    ] {
        cases.push(Hostile::one(name, evil().index_says(key, json!(value))));
    }
    cases.push(Hostile::one("file-name-up", evil().keyed("../../outside/evil-1.0-0.conda")));
    cases.push(Hostile::one("file-name-with-nul", evil().keyed("evil-1.0-0\0.conda")));
    cases.push(Hostile::one("wrong-checksum", evil().record_says("sha256", json!("0".repeat(64)))));
    cases.push(Hostile::one("not-a-checksum", evil().record_says("sha256", json!("../../outside"))));
    cases.extend(python());
    cases
}

/// Attacks by what only noarch python packages have.
fn python() -> Vec<Hostile> {
    let python = || RawPackage::new("python").file("bin/python", "#!/bin/sh\n");
    let mut cases = Vec::new();
    for (name, entry_point) in [
        ("entry-point-up", "../../outside/evil = evil:main"),
        ("entry-point-absolute", "/tmp/evil = evil:main"),
        ("entry-point-over-python", "python = evil:main"),
        ("entry-point-with-nul", "ev\0il = evil:main"),
        ("entry-point-with-code", "evil = evil:main\nimport os"),
        ("entry-point-with-code-in-the-module", "evil = evil; import os; x:main"),
    ] {
        let package = RawPackage::new("evil").noarch_python(&[entry_point]).file("site-packages/evil.py", "");
        cases.push(Hostile::one(name, package).with(python()));
    }
    for (name, path) in
        [("site-packages-up", "../outside"), ("site-packages-absolute", "/tmp"), ("site-packages-empty", "")]
    {
        let package = RawPackage::new("evil").noarch_python(&[]).file("site-packages/victim", "evil\n");
        let python = python().says("python_site_packages_path", json!(path));
        cases.push(Hostile::one(name, package).with(python));
    }
    cases
}
