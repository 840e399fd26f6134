//! Run exports: which, from where, to where.

use serde_json::{Value, json};
use sidewinder_session::environment::FinalDependency;
use sidewinder_testkit::{Channel, RunExportsIn};

use crate::stage::{Stage, small_world, variant, variant_with};

/// What a recipe gains: host specs, run dependencies, constraints.
async fn gained(stage: &Stage, recipe: Value, noarch: bool) -> [Vec<String>; 3] {
    let variant = match noarch {
        true => variant_with(recipe, json!({ "noarch": "generic" })),
        false => variant(recipe),
    };
    let resolved = stage.resolve(&variant).await.unwrap();
    let texts = |list: &[FinalDependency]| {
        list.iter().map(|dependency| dependency.spec.clone()).filter(|spec| spec != "toolx").collect()
    };
    [texts(&resolved.host.specs), texts(&resolved.run.depends), texts(&resolved.run.constrains)]
}

fn ignoring(by_name: &[&str], from_package: &[&str]) -> Value {
    json!({ "by_name": by_name, "from_package": from_package })
}

#[tokio::test]
async fn what_is_exported_goes_where_it_belongs_wherever_it_was_written_down() {
    const STRONG: &str = "libstrong >=1,<2";
    let build = json!({ "requirements": { "build": ["toolx"] } });
    let host = json!({ "requirements": { "host": ["toolx"] } });
    let both = |ignored: Value| json!({ "requirements": { "build": ["toolx"], "host": ["toolx"], "ignore_run_exports": ignored } });
    for place in [RunExportsIn::Repodata, RunExportsIn::OwnFile, RunExportsIn::PackagesOnly] {
        let stage = Stage::with(Channel::new().add_all(small_world()).run_exports_in(place));
        let rows: [(Value, bool, [&[&str]; 3]); 6] = [
            (build.clone(), false, [&[STRONG], &[STRONG], &["libsc <9"]]),
            (host.clone(), false, [&[], &[STRONG, "libweak 1.*"], &["libsc <9", "libwk2 <9"]]),
            (host.clone(), true, [&[], &["libnoarch"], &[]]),
            (build.clone(), true, [&[STRONG], &[], &[]]),
            (both(ignoring(&["libstrong", "libsc"], &[])), false, [&[], &["libweak 1.*"], &["libwk2 <9"]]),
            (both(ignoring(&[], &["toolx"])), false, [&[], &[], &[]]),
        ];
        for (recipe, noarch, expected) in rows {
            let found = gained(&stage, recipe.clone(), noarch).await;
            assert_eq!(found.each_ref().map(Vec::as_slice), expected.map(<[&str]>::to_vec), "{place:?}: {recipe}");
        }
    }
}

#[tokio::test]
async fn a_package_for_any_python_gets_nothing_from_python() {
    let python = sidewinder_testkit::Package::new("python", "3.12.1")
        .run_export(sidewinder_testkit::RunExport::Weak, "python_abi 3.12.*");
    let stage = Stage::with(Channel::new().add(python));
    let requirements = json!({ "host": ["python"] });
    let plain = gained(&stage, json!({ "requirements": requirements }), false).await;
    assert_eq!(plain[1], ["python_abi 3.12.*"]);
    let build = json!({ "python": { "version_independent": true } });
    let independent = gained(&stage, json!({ "build": build, "requirements": requirements }), false).await;
    assert!(independent[1].is_empty());
}

#[tokio::test]
async fn a_package_rendered_for_noarch_gets_what_noarch_packages_get() {
    let stage = Stage::new();
    let fields = json!({ "subdir": "noarch", "targetPlatform": "noarch", "hostPlatform": "noarch" });
    let variant = variant_with(json!({ "requirements": { "host": ["toolx"] } }), fields);
    let run = stage.resolve(&variant).await.unwrap().run;
    assert_eq!(run.depends.iter().map(|dependency| dependency.spec.as_str()).collect::<Vec<_>>(), ["libnoarch"]);
}

#[tokio::test]
async fn the_log_says_which_package_exported_what() {
    let stage = Stage::new();
    gained(&stage, json!({ "requirements": { "build": ["toolx"] } }), false).await;
    assert!(stage.log().contains(">=1,<2 (RE of [build: toolx])"), "{}", stage.log());
}
