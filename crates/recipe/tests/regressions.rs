//! Replays what fuzzing found: one folder a target below `fuzz/regressions`, one file a finding.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(unreachable_pub, reason = "the fuzz targets include the same file")]
mod fuzzed;

/// A folder's name, and what its texts are given to.
type Target = (&'static str, fn(&str));

#[test]
fn what_fuzzing_found_stays_mended() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let targets: [Target; 5] = [
        ("yaml", fuzzed::yaml),
        ("template", fuzzed::template),
        ("recipe", fuzzed::recipe),
        ("variant_file", fuzzed::variant_file),
        ("render", fuzzed::render),
    ];
    let mut replayed = 0;
    for (target, run) in targets {
        let mut files: Vec<_> =
            std::fs::read_dir(root.join(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            // libFuzzer's targets only see what is Unicode.
            if let Ok(text) = std::fs::read_to_string(&file) {
                run(&text);
                replayed += 1;
            }
        }
    }
    assert!(replayed >= targets.len(), "each target has at least one text to replay");
}
