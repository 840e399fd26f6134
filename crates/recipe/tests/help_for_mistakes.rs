//! What recipes with common mistakes get told, as it is printed: one snapshot of all of them.

#![allow(clippy::unwrap_used, reason = "a test: what cannot be read fails it")]

use sidewinder_recipe::diagnostic::Frames;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};

/// Mistakes that people reported, each as what follows a package in a recipe.
const MISTAKES: [(&str, &str); 48] = [
    ("names of conda-build: the hash", "build: {string: 'h${{ PKG_HASH }}'}"),
    ("names of conda-build: the build number", "build: {string: 'h_${{ PKG_BUILDNUM }}'}"),
    ("names of conda-build: CONDA_PY", "build: {string: 'py${{ CONDA_PY }}'}"),
    ("names of conda-build: py", "build: {skip: 'py < 38'}"),
    ("names of conda-build: environ", "build: {string: '${{ environ[\"X\"] }}'}"),
    ("names of conda-build: os.environ", "build: {string: '${{ os.environ.get(\"X\") }}'}"),
    ("variables of the build", "source: {path: '${{ SRC_DIR }}/x'}"),
    ("an undefined language", "requirements: {build: ['${{ compiler(lang) }}']}"),
    ("an undefined package", "requirements: {run: ['${{ pin_subpackage(other) }}']}"),
    ("an item of env", "build: {string: \"${{ env['X'] }}\"}"),
    ("a second argument of env.get", "build: {string: \"${{ env.get('X', '1') }}\"}"),
    ("missing quotes", "build: {skip: mpi == openmpi}"),
    ("match spec: =*=mkl", "requirements: {run: ['blas =*=mkl']}"),
    ("match spec: ==1.*", "requirements: {run: ['a ==1.*']}"),
    ("match spec: =3.12.*", "requirements: {run: ['python =3.12.*']}"),
    ("match spec: >=1.*", "requirements: {run: ['a >=1.*']}"),
    ("match spec: ^1", "requirements: {run: ['a ^1']}"),
    ("match spec: =>1", "requirements: {run: ['a =>1']}"),
    ("match spec: an extra", "requirements: {run: ['uvicorn[standard]']}"),
    ("operators: &&", "build: {skip: win && osx}"),
    ("operators: ||", "build: {skip: win || osx}"),
    ("operators: !", "build: {skip: '!unix'}"),
    ("startswith", "build: {skip: 'target_platform.startswith(\"osx\")'}"),
    ("split as a filter", "context: {v: '1.2', major: '${{ v | split(\".\")[0] }}'}"),
    ("split of a number", "context: {v: 1, major: '${{ v.split(\".\")[0] }}'}"),
    ("an empty about", "about:"),
    ("an empty extra", "extra:"),
    ("empty tests", "tests:"),
    ("a condition in place of a list", "requirements:\n  host:\n    if: win\n    then: a"),
    ("a condition in place of a scalar", "about:\n  summary:\n    if: win\n    then: a"),
    ("a pattern that looks like an alias", "build:\n  files:\n    - *.txt"),
    ("a pattern that looks like an alias of letters", "build:\n  files:\n    - *txt"),
    ("a pattern that looks like a tag", "build:\n  files:\n    - !foo"),
    ("a list from a template", "context: {deps: [a]}\nrequirements: {host: '${{ deps }}'}"),
    ("a migrator", "__migrator: {kind: version}"),
    ("old names: git_url", "source: {git_url: 'https://example.com/a.git'}"),
    ("old names: git_rev", "source: {git: 'https://example.com/a.git', git_rev: v1}"),
    ("old names: commands", "tests: [{commands: [a]}]"),
    ("old names: rpaths", "build: {rpaths: [lib]}"),
    ("old names: force_use_keys", "build: {force_use_keys: [python]}"),
    ("selectors", "requirements:\n  host:\n    - a  # [win]"),
    ("a key without a space", "requirements:\n  host:[a]"),
    ("a tab after a colon", "about:\n  summary:\tx"),
    ("a line that is not indented", "about:\n  summary: 'one\n  two'"),
    ("a skip that is not an expression", "build: {skip: 'a == \"x\" or b) and win'}"),
    ("a match on a name that nobody defines", "build: {skip: 'match(pyton, \"<3.8\")'}"),
    ("an unknown key", "requirements: {hots: [a]}"),
    ("an unknown filter", "build: {string: '${{ \"a\" | uper }}'}"),
];

fn told(rest: &str) -> String {
    let text = format!("package: {{name: demo, version: '1.0'}}\n{rest}\n");
    let variants = VariantConfig::from_yaml(
        "python: ['3.12']\nmpi: [openmpi]\n",
        Default::default(),
        &RenderConfig::default(),
        None,
    );
    let diagnostics = match ParsedRecipe::parse(&text, Some("recipe.yaml"), Default::default()) {
        Ok(recipe) => recipe.findings(Some(&variants.unwrap()), &RenderConfig::default()).diagnostics,
        Err(failure) => failure.diagnostics,
    };
    let frames = Frames::new(&text, false);
    diagnostics.iter().map(|diagnostic| frames.draw(diagnostic)).collect()
}

#[test]
fn common_mistakes_get_help() {
    let mut page = String::new();
    for (title, rest) in MISTAKES {
        let told = told(rest);
        assert!(told.contains("help:"), "no help for {title}: {told}");
        page += &format!("── {title}\n\n{told}\n");
    }
    insta::assert_snapshot!(page);
}
