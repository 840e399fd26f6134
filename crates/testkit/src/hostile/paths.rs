//! Attacks by `paths.json`: what a package says where its files go and how.

use std::path::Path;

use serde_json::json;

use super::{Hostile, RawPackage};
use crate::archive::Archive;
use crate::package::placeholder;

pub(super) fn cases(outside: &Path) -> Vec<Hostile> {
    let mut cases = leaving(outside);
    cases.extend(linking(outside));
    cases.extend(replacing());
    cases.extend(records());
    cases
}

/// Paths that lead out of the prefix. Their sources lead out of the cache entry as well, so they name the entry again.
fn leaving(outside: &Path) -> Vec<Hostile> {
    let victim = outside.join("victim").display().to_string();
    let evil = || RawPackage::new("evil").holding(|contents| contents.file("payload", "evil\n"));
    let python = RawPackage::new("python").file("bin/python", "#!/bin/sh\n");
    vec![
        Hostile::one("path-up", evil().listed("../evil-1.0-0/payload", "hardlink")),
        Hostile::one("path-up-in-the-middle", evil().listed("a/../../evil-1.0-0/payload", "hardlink")),
        Hostile::one("path-up-as-folder", evil().listed("../evil-1.0-0", "directory")),
        Hostile::one("path-up-and-prefixed", evil().listed_as(prefixed("../evil-1.0-0/payload", "text"))),
        Hostile::one("path-absolute", evil().listed(&victim, "hardlink")),
        Hostile::one("path-absolute-and-prefixed", evil().listed_as(prefixed(&victim, "text"))),
        Hostile::one("path-empty", evil().listed("", "hardlink")),
        Hostile::one("path-dot", evil().listed(".", "hardlink")),
        Hostile::one("path-with-nul", evil().listed("pay\0load", "hardlink")),
        Hostile::one("path-up-added-later", evil().listed("../outside/victim", "hardlink"))
            .with(RawPackage::new("good").file("share/good", "good\n"))
            .installing(&["good"])
            .adding(&["evil"]),
        Hostile::one(
            "noarch-path-up",
            RawPackage::new("evil")
                .noarch_python(&[])
                .listed("site-packages/../../../../../evil-1.0-0/payload", "hardlink")
                .holding(|contents| contents.file("site-packages/x", "").file("payload", "evil\n")),
        )
        .with(python.clone()),
        Hostile::one(
            "noarch-script-up",
            RawPackage::new("evil")
                .noarch_python(&[])
                .listed("python-scripts/../../evil-1.0-0/payload", "hardlink")
                .holding(|contents| contents.file("python-scripts/x", "").file("payload", "evil\n")),
        )
        .with(python),
    ]
}

/// Links that lead out, and files behind them.
fn linking(outside: &Path) -> Vec<Hostile> {
    let link = |name: &str, target: &str| {
        let target = target.to_owned();
        RawPackage::new(name).listed("door", "softlink").holding(move |contents| contents.symlink("door", target))
    };
    let through = || RawPackage::new("evil").file("door/payload", "evil\n");
    let absolute = outside.display().to_string();
    let to_victim = |contents: Archive| contents.symlink("door", outside.join("victim").display().to_string());
    vec![
        Hostile::one("link-out", link("evil", "../outside")),
        Hostile::one("link-out-absolute", link("evil", &absolute)),
        Hostile::one("file-through-a-link-of-another", through())
            .with(link("door", "../outside"))
            .installing(&["door"])
            .adding(&["evil"]),
        Hostile::one("file-through-a-link-at-once", through().says("depends", json!(["door"])))
            .with(link("door", &absolute)),
        Hostile::one("victim-through-a-link-of-another", RawPackage::new("evil").file("door/victim", "evil\n"))
            .with(link("door", &absolute))
            .installing(&["door"])
            .adding(&["evil"]),
        Hostile::one("file-over-a-link-of-another", RawPackage::new("evil").file("door", "evil\n"))
            .with(link("door", "../outside/victim"))
            .installing(&["door"])
            .adding(&["evil"]),
        Hostile::one(
            "link-that-is-listed-as-a-file",
            RawPackage::new("evil").listed("door", "hardlink").holding(to_victim),
        ),
        Hostile::one(
            "link-that-is-prefixed",
            RawPackage::new("evil").listed_as(prefixed("door", "text")).holding(to_victim),
        ),
        Hostile::one("file-through-a-link-that-is-listed-as-a-file", through().says("depends", json!(["door"]))).with(
            RawPackage::new("door").listed("door", "hardlink").holding({
                let absolute = absolute.clone();
                move |contents| contents.symlink("door", absolute)
            }),
        ),
        Hostile::one("file-through-two-links", through().says("depends", json!(["door"]))).with(
            RawPackage::new("door")
                .listed("door", "softlink")
                .listed("here", "softlink")
                .holding(|contents| contents.symlink("here", ".").symlink("door", "here/../outside")),
        ),
        Hostile::one(
            "file-through-an-unlisted-link",
            RawPackage::new("evil").listed("door/victim", "hardlink").holding({
                let absolute = absolute.clone();
                move |contents| contents.symlink("door", absolute)
            }),
        ),
        Hostile::one(
            "file-through-an-unlisted-link-to-another-package",
            RawPackage::new("evil")
                .says("depends", json!(["good"]))
                .listed("deep/door/good", "hardlink")
                .holding(|contents| contents.symlink("deep/door", "../../good-1.0-0/share")),
        )
        .with(RawPackage::new("good").file("share/good", "good\n")),
        Hostile::one("file-without-end", endless("door").listed("door", "hardlink")),
        Hostile::one("commands-without-end", endless("info/link.json")),
        Hostile::one("run-exports-without-end", endless("info/run_exports.json")),
        Hostile::one("link-to-itself", link("evil", "door")),
        Hostile::one("twin-paths", RawPackage::new("evil").file("twin", "1\n").listed("twin", "hardlink")),
        Hostile::one(
            "twin-paths-link-and-file",
            RawPackage::new("evil")
                .listed("door", "softlink")
                .listed("door/payload", "hardlink")
                .holding(move |contents| contents.symlink("door", absolute).file("door/payload", "evil\n")),
        ),
    ]
}

/// A package with a link to what never ends.
fn endless(path: &'static str) -> RawPackage {
    RawPackage::new("evil").holding(move |contents| contents.symlink(path, "/dev/zero"))
}

/// Prefix replacement that cannot work.
fn replacing() -> Vec<Hostile> {
    let long = format!("/opt/{}", "long".repeat(4096));
    let evil = |entry, text: String| {
        RawPackage::new("evil").listed_as(entry).holding(move |contents| contents.file("bin/x", text))
    };
    let with = |placeholder: &str, mode: &str| json!({ "_path": "bin/x", "path_type": "hardlink", "prefix_placeholder": placeholder, "file_mode": mode });
    let offsets = json!({
        "_path": "bin/x", "path_type": "hardlink", "prefix_placeholder": placeholder(), "file_mode": "binary",
        "offsets": [[0, 4_000_000_000_u64], [18_446_744_073_709_551_615_u64]],
    });
    vec![
        Hostile::one("placeholder-too-short", evil(with("/p", "binary"), "/p/bin\0".to_owned())),
        Hostile::one("placeholder-too-long", evil(with(&long, "binary"), format!("{long}/bin\0"))),
        Hostile::one("placeholder-without-end", evil(with(placeholder(), "binary"), placeholder().to_owned())),
        Hostile::one("placeholder-empty-text", evil(with("", "text"), "text".to_owned())),
        Hostile::one("placeholder-empty-binary", evil(with("", "binary"), "text\0".to_owned())),
        Hostile::one("placeholder-of-nul", evil(with("\0", "binary"), "te\0xt\0".to_owned())),
        Hostile::one("placeholder-offsets-beyond", evil(offsets, placeholder().to_owned())),
    ]
}

/// Files where the installer keeps its own.
fn records() -> Vec<Hostile> {
    let fake = json!({
        "name": "fake", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch",
        "fn": "fake-1.0-0.conda", "url": "file:///fake-1.0-0.conda", "channel": "fake",
        "files": ["../outside/victim"], "extracted_package_dir": "/", "requested_spec": "",
        "paths_data": {
            "paths": [{ "_path": "../outside/victim", "path_type": "hardlink" }], "paths_version": 1,
        },
    });
    let evil = RawPackage::new("evil").file("conda-meta/fake-1.0-0.json", &fake.to_string());
    let own = RawPackage::new("evil").file("conda-meta/evil-1.0-0.json", "not a record");
    let good = RawPackage::new("good").file("share/good", "good\n");
    vec![
        Hostile::one("record-of-what-is-not-its-own", evil).with(good.clone()).adding(&["good"]),
        Hostile::one("record-of-itself", own).with(good.clone()).adding(&["good"]),
        Hostile::one("history-of-its-own", RawPackage::new("evil").file("conda-meta/history", "evil\n"))
            .with(good)
            .adding(&["good"]),
    ]
}

fn prefixed(path: &str, mode: &str) -> serde_json::Value {
    json!({ "_path": path, "path_type": "hardlink", "prefix_placeholder": placeholder(), "file_mode": mode })
}
