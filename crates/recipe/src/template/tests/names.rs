//! Specification 3.7: which names a template uses, statically and when it is evaluated.

use std::collections::BTreeSet;

use super::variant;
use crate::diagnostic::Span;
use crate::model::RenderConfig;
use crate::template::{Expression, Scope, Template};

fn uses(text: &str) -> Vec<String> {
    Template::parse(text, Span::default()).unwrap().uses.to_vec()
}

#[test]
fn names_are_found_in_every_branch_and_argument() {
    assert_eq!(uses("${{ a if b else c }}"), ["a", "b", "c"]);
    assert_eq!(uses("${{ a | default(b) }}${{ c is eq(d) }}"), ["a", "b", "c", "d"]);
    assert_eq!(uses("${{ a[b] }}${{ c[d:e:f] }}"), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(uses("${{ a.b.c }}"), ["a"]);
    assert_eq!(uses("{% if a %}${{ b }}{% else %}${{ c }}{% endif %}"), ["a", "b", "c"]);
    assert_eq!(uses("{% for x in a %}${{ x }}{% endfor %}"), ["a", "x"]);
    let expression = Expression::parse("a and not b == c", Span::default()).unwrap();
    assert_eq!(expression.uses.to_vec(), ["a", "b", "c"]);
}

#[test]
fn functions_stand_for_the_variant_keys_they_read() {
    assert_eq!(uses("${{ compiler('c') }}"), ["CONDA_BUILD_SYSROOT", "c_compiler", "c_compiler_version"]);
    assert_eq!(uses("${{ stdlib('c') }}"), ["CONDA_BUILD_SYSROOT", "c_stdlib", "c_stdlib_version"]);
    assert_eq!(uses("${{ compiler(l) }}"), ["l"]);
    assert_eq!(uses("${{ cdt(x) }}"), ["cdt_name"]);
    assert_eq!(uses("${{ pin_subpackage(name, upper_bound=b) }}"), ["b", "name"]);
    assert_eq!(uses("${{ match(python, x) }}"), ["python", "x"]);
    assert_eq!(uses("${{ env.get('A') }}"), ["env"]);
    assert_eq!(uses("${{ is_linux(build_platform) }}"), ["build_platform", "is_linux"]);
}

#[test]
fn the_gaps_of_the_reference_are_kept() {
    assert_eq!(uses("${{ {a: b} }}"), ["a"]);
    assert_eq!(uses("{% set x %}${{ a }}{% endset %}${{ x }}"), ["x"]);
    assert_eq!(uses("{{ bar }} ${{ x }}"), ["bar", "x"]);
}

fn looked_up(text: &str) -> BTreeSet<String> {
    let config = RenderConfig::default();
    let combination = variant(&[("a", "1"), ("b", "2"), ("cdt_name", "x")]);
    let scope = Scope::new(&config, &combination);
    Template::parse(text, Span::default()).unwrap().render(&scope).unwrap();
    scope.take_accessed()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn only_what_is_looked_up_counts_when_evaluated() {
    assert_eq!(looked_up("${{ a if linux else b }}"), set(&["a", "linux"]));
    assert_eq!(looked_up("${{ win and b }}"), set(&["win"]));
    assert_eq!(looked_up("${{ compiler('c') }}"), set(&["CONDA_BUILD_SYSROOT", "c_compiler", "c_compiler_version"]));
    assert_eq!(looked_up("${{ cdt('x') }}"), set(&["cdt_name"]));
    assert_eq!(looked_up("{% set a = 5 %}${{ a }}"), set(&[]));
    assert_eq!(looked_up("${{ match(nope, '>1') }}"), set(&["nope"]));
    assert_eq!(looked_up("${{ env.exists('A') }}"), set(&[]));
}

#[test]
fn late_variables_survive_and_do_not_count() {
    let config = RenderConfig::default();
    let combination = variant(&[("RECIPE_DIR", "r")]);
    let scope = Scope::new(&config, &combination);
    let template = Template::parse("${{ SRC_DIR }}/${{ RECIPE_DIR }}", Span::default()).unwrap();
    let text = template.render_late(&scope, &["SRC_DIR", "RECIPE_DIR"]).unwrap();
    assert_eq!(text, "${{ SRC_DIR }}/r");
    assert!(scope.take_accessed().is_empty());
}
