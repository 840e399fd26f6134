//! Old recipes and what they are converted to, and that the new ones parse and render.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sidewinder_recipe::diagnostic::Severity;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_recipe_tools::convert::{Conversion, ConvertOptions, convert};

fn converted(name: &str) -> Conversion {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert").join(name).with_extension("yaml");
    convert(&fs::read_to_string(path).unwrap(), &ConvertOptions::default())
}

fn shown(conversion: &Conversion) -> String {
    let diagnostics: Vec<String> = conversion
        .diagnostics
        .iter()
        .map(|record| {
            let line = record.span.map_or_else(String::new, |span| format!("{}: ", span.line));
            let help = record.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            format!("# {:?} {}: {line}{}{help}\n", record.severity, record.code, record.message)
        })
        .collect();
    format!("{}{}", diagnostics.concat(), conversion.recipe)
}

/// Requirements of all packages on one platform, by package and list.
fn requirements(recipe: &str, platform: &str) -> BTreeMap<String, serde_json::Value> {
    let variants = "python: [3.12.*]\nnumpy: ['2']\nc_compiler: [gcc]\ncxx_compiler: [gxx]\nc_stdlib: [sysroot]\n\
                    cuda_compiler_version: ['None']\nvc: ['14']\nblas_impl: [openblas]\n";
    let variants = VariantConfig::from_yaml(variants, Default::default(), &RenderConfig::default(), None).unwrap();
    let config = RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() };
    let rendered = ParsedRecipe::parse(recipe, None, Default::default()).unwrap().render(&variants, &config).unwrap();
    rendered
        .into_iter()
        .map(|variant| (variant.name, serde_json::to_value(variant.recipe.requirements).unwrap()))
        .collect()
}

#[test]
fn recipes_are_converted() {
    for name in ["noarch-python", "compiled", "outputs", "unsupported"] {
        insta::assert_snapshot!(name, shown(&converted(name)));
    }
}

#[test]
fn converted_recipes_render_on_all_platforms() {
    for name in ["noarch-python", "compiled", "outputs"] {
        let conversion = converted(name);
        assert!(!conversion.diagnostics.iter().any(|record| record.severity == Severity::Error), "{name}");
        for platform in ["linux-64", "osx-arm64", "win-64"] {
            let rendered = requirements(&conversion.recipe, platform);
            insta::assert_json_snapshot!(format!("{name}-{platform}"), rendered);
        }
    }
}

#[test]
fn every_error_has_a_place_in_the_old_recipe() {
    let conversion = converted("unsupported");
    let errors = conversion.diagnostics.iter().filter(|record| record.severity == Severity::Error);
    assert!(errors.clone().count() >= 5);
    assert!(errors.filter(|record| !record.message.contains("converted recipe")).all(|record| record.span.is_some()));
}

#[test]
fn texts_of_any_kind_are_read_without_panicking() {
    let whole = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/compiled.yaml")).unwrap();
    for (at, _) in whole.char_indices().step_by(53) {
        let _ = convert(&whole[..at], &ConvertOptions::default());
        let _ = convert(&whole[at..], &ConvertOptions::default());
    }
    for text in [
        "",
        "{%",
        "{{",
        "{% if %}",
        "{% endif %}",
        "{% for x in %}{% endfor %}",
        "- a\n- b",
        "a: *b",
        "\u{feff}",
        "{{ ( }}",
    ] {
        let _ = convert(text, &ConvertOptions::default());
    }
}
