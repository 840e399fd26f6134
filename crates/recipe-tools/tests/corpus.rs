//! Lint and fixes over real recipes.
//!
//! `SIDEWINDER_CORPUS` names the folder of the corpus; without it the tests that need it say so. The project's own recipes are
//! always tested. `SIDEWINDER_LINT_REPORT` names a file that gets all findings as JSON lines, to be looked through by hand.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_recipe_tools::lint::fix;
use sidewinder_recipe_tools::{LintOptions, lint};

/// A recipe with what it is rendered for.
struct Case {
    id: String,
    text: String,
    variants: VariantConfig,
    config: RenderConfig,
}

/// All recipes in a folder, sorted.
fn recipes(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with("recipe.yaml")
                || (name.ends_with(".yaml") && path.to_string_lossy().contains("rattler-build"))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn variants(path: &Path, config: &RenderConfig) -> VariantConfig {
    let text = std::fs::read_to_string(path).unwrap();
    let format = VariantFormat::of_path(&path.to_string_lossy());
    VariantConfig::from_yaml(&text, format, config, None).unwrap()
}

/// The project's own recipes, rendered without variant files.
fn own() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let folders = ["reference/recipes", "real-builds/recipes"].map(|name| root.join(name));
    let paths = folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| recipes(folder));
    let cases = paths.map(|path| Case {
        id: path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(&path).unwrap(),
        variants: VariantConfig::default(),
        config: RenderConfig::default(),
    });
    cases.collect()
}

/// The recipes of the corpus, for the platform and with the variant files of their project.
fn corpus() -> Vec<Case> {
    let Some(root) = std::env::var_os("SIDEWINDER_CORPUS").map(PathBuf::from) else {
        println!("skipped: no corpus of recipes; name its folder in SIDEWINDER_CORPUS");
        return Vec::new();
    };
    let mut cases = Vec::new();
    for (project, platform, file) in [
        ("emscripten-forge", "emscripten-wasm32", "emscripten-forge/variant.yaml"),
        ("local-recipes", "linux-64", "conda-forge/conda_build_config.yaml"),
        ("modular-community", "linux-64", "modular-community/variants.yaml"),
        ("rattler-build", "linux-64", "conda-forge/conda_build_config.yaml"),
        ("recipe-format", "linux-64", "conda-forge/conda_build_config.yaml"),
    ] {
        let config = RenderConfig {
            target_platform: Some(platform.to_owned()),
            build_platform: Some("linux-64".to_owned()),
            experimental: true,
            ..RenderConfig::default()
        };
        let values = variants(&root.join("configs").join(file), &config);
        for path in recipes(&root.join("recipes").join(project)) {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let id = path.strip_prefix(root.join("recipes")).unwrap().to_string_lossy().into_owned();
            cases.push(Case { id, text, variants: values.clone(), config: config.clone() });
        }
    }
    cases
}

fn options(case: &Case) -> LintOptions {
    LintOptions { target_platform: case.config.target_platform.clone(), ..LintOptions::default() }
}

/// What makes the packages: names, versions, build strings, variants, dependencies (each once) and scripts. Not what fixes are
/// about: the context, URLs and the license.
fn packages(text: &str, case: &Case) -> Option<Vec<Value>> {
    let recipe = ParsedRecipe::parse(text, None, Default::default()).ok()?;
    let rendered = recipe.render(&case.variants, &case.config).ok()?;
    let packages = rendered.iter().map(|variant| {
        let mut recipe = serde_json::to_value(&variant.recipe).unwrap();
        let number = recipe["build"]["number"].as_u64().unwrap_or(0);
        let object = recipe.as_object_mut().unwrap();
        object.remove("context");
        object.remove("about");
        object.remove("source");
        if let Some(build) = object.get_mut("build").and_then(Value::as_object_mut) {
            build.insert("number".to_owned(), number.into());
        }
        if let Some(requirements) = object.get_mut("requirements").and_then(Value::as_object_mut) {
            for list in requirements.values_mut().filter_map(Value::as_array_mut) {
                let mut seen: Vec<Value> = Vec::new();
                list.retain(|item| {
                    let is_new = !seen.contains(item);
                    seen.push(item.clone());
                    is_new
                });
            }
        }
        json!({
            "name": variant.name,
            "version": variant.version,
            "build": variant.build_string,
            "subdir": variant.subdir,
            "variant": variant.variant,
            "skip": variant.skip,
            "recipe": recipe,
        })
    });
    // Variables of the build, such as `${{ PYTHON }}`, stay in scripts as they are written.
    let spaced = |package: Value| {
        let text = package.to_string().replace("${{ ", "${{").replace(" }}", "}}");
        serde_json::from_str(&text).unwrap()
    };
    Some(packages.map(spaced).collect())
}

/// Fixes are done once, keep what renders, and render the same packages.
fn check(cases: &[Case]) -> usize {
    let mut changed = 0;
    let mut faults = Vec::new();
    for case in cases {
        let once = fix(&case.text, &options(case)).unwrap();
        let twice = fix(&once.text, &options(case)).unwrap();
        if twice.text != once.text {
            faults.push(format!("{}: fixed twice", case.id));
        }
        if once.text == case.text {
            continue;
        }
        changed += 1;
        // A license that was repaired lets a recipe render that did not before.
        let before = packages(&case.text, case);
        if before.is_some() && before != packages(&once.text, case) {
            let rules: Vec<_> = once.fixed.iter().map(|finding| finding.rule.as_str()).collect();
            faults.push(format!("{}: other packages after {}", case.id, rules.join(", ")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    changed
}

#[test]
fn fixed_recipes_of_the_project_render_to_the_same_packages() {
    let cases = own();
    assert!(cases.len() > 10, "recipes of the project not found");
    assert!(check(&cases) > 0);
}

#[test]
fn fixed_recipes_of_the_corpus_render_to_the_same_packages() {
    let cases = corpus();
    if !cases.is_empty() {
        println!("{} of {} recipes changed by safe fixes", check(&cases), cases.len());
    }
}

#[test]
fn findings_in_the_corpus_are_counted() {
    let cases = corpus();
    let mut counts: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let mut report = String::new();
    for case in &cases {
        for finding in lint(&case.text, &options(case)).unwrap() {
            let (all, fixable, proposals) = counts.entry(finding.rule.clone()).or_default();
            *all += 1;
            match &finding.fix {
                Some(fix) if fix.safe => *fixable += 1,
                Some(_) => *proposals += 1,
                None => {}
            }
            let line = finding.span.map_or(0, |span| span.line);
            let source = case.text.lines().nth((line as usize).saturating_sub(1)).unwrap_or_default();
            let row = json!({ "id": case.id, "rule": finding.rule, "line": line, "message": finding.message, "source": source });
            writeln!(report, "{row}").unwrap();
        }
    }
    if let Some(path) = std::env::var_os("SIDEWINDER_LINT_REPORT") {
        std::fs::write(path, report).unwrap();
    }
    println!("{} recipes", cases.len());
    for (rule, (all, fixable, proposals)) in counts {
        println!("{rule:28} {all:6} {fixable:6} {proposals:6}");
    }
}
