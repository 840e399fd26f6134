//! Glob patterns that would overflow the stack of the library that reads them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};

fn codes(pattern: &str) -> Vec<String> {
    let text = format!("package: {{name: demo, version: \"1\"}}\nbuild:\n  files:\n    - \"{pattern}\"\n");
    let parsed = ParsedRecipe::parse(&text, None, RepodataRevision::Legacy).unwrap();
    match parsed.render(&VariantConfig::default(), &RenderConfig::default()) {
        Ok(_) => Vec::new(),
        Err(failure) => failure.diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect(),
    }
}

#[test]
fn a_deep_pattern_is_refused_and_a_usual_one_is_not() {
    assert_eq!(codes("lib/{a,b{c,d}}*.so"), Vec::<String>::new());
    for depth in [33, 1_000, 100_000] {
        assert_eq!(codes(&format!("{}{}", "{".repeat(depth), "}".repeat(depth))), ["limit-exceeded"], "{depth}");
        assert_eq!(codes(&"{".repeat(depth)), ["limit-exceeded"], "{depth}");
    }
}
