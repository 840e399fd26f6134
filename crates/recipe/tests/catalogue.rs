//! The examples of the catalogue of codes show what they say, also those that only rendering or variant files show.

use sidewinder_recipe::diagnostic::{Code, ExampleKind};
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};

/// Codes of all problems that the example of a code has, warnings included.
fn found(code: Code) -> Vec<String> {
    let description = code.describe();
    let config = RenderConfig::default();
    let variants = VariantConfig::default();
    let diagnostics = match description.kind {
        ExampleKind::Recipe => sidewinder_recipe::check(description.example, None, Default::default()),
        ExampleKind::Rendering => match ParsedRecipe::parse(description.example, None, Default::default()) {
            Ok(recipe) => match recipe.render_with_warnings(&variants, &config) {
                Ok((_, warnings)) => warnings,
                Err(failure) => failure.diagnostics,
            },
            Err(failure) => failure.diagnostics,
        },
        ExampleKind::Variants => VariantConfig::read(description.example, VariantFormat::Variants, &config, None).1,
    };
    diagnostics.into_iter().map(|d| d.code).collect()
}

#[test]
fn every_example_shows_its_code() {
    let mut wrong = Vec::new();
    for code in Code::all() {
        let found = found(*code);
        if !found.iter().any(|name| name == code.as_str()) {
            wrong.push(format!("{}: {found:?}", code.as_str()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
