//! Specification 3.4: types of context values.

use serde_json::json;

use super::{typed_with, variant};
use crate::model::RenderConfig;

#[test]
fn a_value_keeps_the_type_of_its_only_expression_and_other_text_is_typed_anew() {
    for (text, value) in [
        ("${{ 1 }}", json!(1)),
        ("${{ 1.5 }}", json!(1.5)),
        ("${{ none }}", json!(null)),
        ("${{ [1,2] }}", json!([1, 2])),
        ("a${{ 1 }}", json!("a1")),
        ("${{ 1 }}${{ 2 }}", json!(12)),
        ("${{ 'tr' }}ue", json!(true)),
        ("${{ '0' }}7", json!(7)),
        ("${{ a }}.${{ b }}", json!("1.2")),
        ("${{- a -}}", json!("1")),
        (" ${{ 1 }} ", json!(1)),
        ("x ${{ 1 }}\n", json!("x 1")),
    ] {
        let found = typed_with(text, &RenderConfig::default(), &variant(&[("a", "1"), ("b", "2")]));
        assert_eq!(found, Ok(value), "{text}");
    }
}
