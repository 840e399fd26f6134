/// Any text is read into a tree or into diagnostics whose places are in the text, and both readers agree.
pub fn yaml(text: &str) {
    if let Err(difference) = sidewinder_recipe::yaml::compare_readers(text) {
        unreachable!("{difference}");
    }
    let (_, diagnostics) = sidewinder_recipe::yaml::parse(text);
    check_places(text, &diagnostics);
}

/// Any text is a template or an expression, or is refused; evaluating a script with it ends.
pub fn template(text: &str) {
    use sidewinder_recipe::template::{Expression, ScriptScope, Template, render_script};
    let span = sidewinder_recipe::Span::new(0, text.len());
    let _ = Expression::parse(text, span);
    let _ = Template::parse(text, span);
    let scope = ScriptScope {
        context: &[("v".to_owned(), serde_json::json!({"a": [1, "2", null]}))].into_iter().collect(),
        variant: &std::collections::BTreeMap::new(),
        environment: &std::collections::BTreeMap::from([("PREFIX".to_owned(), "/p".to_owned())]),
        process_environment: &std::collections::BTreeMap::new(),
        target_platform: "linux-64",
        host_platform: "osx-arm64",
        build_platform: "win-64",
    };
    let _ = render_script(text, &scope);
    let _ = render_script(&format!("${{{{ {text} }}}}"), &scope);
}

/// Any text is a recipe or is refused with at least one error, and what is accepted can be written as JSON.
pub fn recipe(text: &str) {
    for revision in
        [sidewinder_recipe::render::RepodataRevision::Legacy, sidewinder_recipe::render::RepodataRevision::V3]
    {
        let (recipe, diagnostics) = sidewinder_recipe::stage0::parse(text, revision);
        check_places(text, &diagnostics);
        match recipe {
            Some(recipe) => {
                let _ = (recipe.static_uses(), recipe.to_json().to_string());
            }
            None => assert!(diagnostics.has_errors(), "no recipe and no error"),
        }
    }
}

/// Any text is a variant file of either format or is refused with at least one diagnostic.
pub fn variant_file(text: &str) {
    use sidewinder_recipe::variants::{VariantConfig, VariantFormat};
    let config = sidewinder_recipe::RenderConfig::default();
    for format in [VariantFormat::Variants, VariantFormat::CondaBuildConfig] {
        if let Err(failure) = VariantConfig::from_yaml(text, format, &config, None) {
            assert!(!failure.diagnostics.is_empty(), "refused without a reason");
        }
    }
}

/// A recipe and a variant file, apart by a line of `=====`, render or are refused; what renders has a build string.
pub fn render(text: &str) {
    use sidewinder_recipe::variants::{VariantConfig, VariantFormat};
    let (text, variants) = text.split_once("\n=====\n").unwrap_or((text, ""));
    for experimental in [false, true] {
        let config = sidewinder_recipe::RenderConfig { experimental, ..Default::default() };
        let Ok(recipe) = sidewinder_recipe::ParsedRecipe::parse(text, None, config.repodata_revision) else { return };
        let variants = VariantConfig::from_yaml(variants, VariantFormat::Variants, &config, None).unwrap_or_default();
        match recipe.render(&variants, &config) {
            Ok(rendered) => {
                let json = serde_json::to_string(&rendered).unwrap_or_default();
                assert!(!json.is_empty(), "what renders can be written as JSON");
            }
            Err(failure) => assert!(!failure.diagnostics.is_empty(), "refused without a reason"),
        }
    }
}

fn check_places(text: &str, diagnostics: &sidewinder_recipe::Diagnostics) {
    for diagnostic in diagnostics.items() {
        for span in diagnostic.span.into_iter().chain(diagnostic.related.iter().map(|related| related.span)) {
            assert!(span.start <= span.end && span.end as usize <= text.len(), "a place outside of the text: {span:?}");
            assert!(text.is_char_boundary(span.start as usize), "a place inside a character: {span:?}");
        }
    }
}
