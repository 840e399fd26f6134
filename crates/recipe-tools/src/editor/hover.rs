//! What is under the cursor: what a field is for, and what a template renders to.

use serde::{Deserialize, Serialize};
use sidewinder_recipe::diagnostic::{Position, TextIndex};
use sidewinder_recipe::edit::{Edit, EditValue, edit};
use sidewinder_recipe::{ParsedRecipe, RenderConfig, Span, VariantConfig};

use super::byte_of;
use super::fields::{field, kinds, scalars};
use super::functions::functions;
use super::place::{Row, place};
use sidewinder_recipe::stage0::format::Kind;

/// What an editor shows for a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Hover {
    /// What it is about.
    pub span: Position,
    /// The key, the expression or the function.
    pub title: String,
    /// What a field or function is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What the value renders to, each value once, in the order of the variants. Absent where it cannot be rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// Name of the variable that holds what is asked for; the format has no such names.
const VARIABLE: &str = "_sidewinder_hover";
/// More values than that tell nothing.
const MAX_VALUES: usize = 12;

/// What is at a UTF-16 offset of a recipe: for a key what the field is for, for a template or condition its values in all
/// variants. `None` where there is nothing to say.
///
/// # Example: the value of a template
/// ```
/// use sidewinder_recipe::{RenderConfig, VariantConfig};
/// use sidewinder_recipe_tools::editor::hover;
///
/// let text = "context:\n  v: '1.2'\npackage:\n  name: a\n  version: ${{ v }}.3\n";
/// let offset = text.find("${{").unwrap();
/// let found = hover(text, offset, &VariantConfig::default(), &RenderConfig::default()).unwrap();
/// assert_eq!(found.values, Some(vec!["1.2.3".to_owned()]));
/// ```
#[must_use]
pub fn hover(text: &str, offset: usize, variants: &VariantConfig, config: &RenderConfig) -> Option<Hover> {
    let cursor = byte_of(text, offset);
    let start = text.get(..cursor)?.rfind('\n').map_or(0, |newline| newline + 1);
    let lines: Vec<&str> = text.lines().collect();
    let number = text.get(..cursor)?.matches('\n').count();
    let line = *lines.get(number)?;
    let row = Row::read(line)?;
    let column = cursor - start;
    let index = TextIndex::new(text);
    let mut place = place(&lines, number, row.column);
    let is_multi = lines.iter().any(|line| line.starts_with("outputs:"));
    if let Some(key) = row.key {
        place.path.push(key);
        if column < row.column + key.len() && column >= row.column {
            let span = index.position(Span::new(start + row.column, start + row.column + key.len()));
            let about = field(&place.path, is_multi).map(|field| field.about.to_owned());
            let is_variable = matches!(place.path.as_slice(), ["context", _]);
            let values = if is_variable { values(text, &format!("${{{{ {key} }}}}"), variants, config) } else { None };
            if about.is_none() && values.is_none() {
                return None;
            }
            return Some(Hover { span, title: key.to_owned(), about, values });
        }
    }
    if column < row.rest_at {
        return None;
    }
    if let Some(word) = function_at(line, column) {
        let (from, name) = word;
        let help = functions().iter().find(|function| function.name == name);
        if let Some(help) = help.filter(|_| is_in_expression(line, from)) {
            let span = index.position(Span::new(start + from, start + from + name.len()));
            let title = help.usage.to_owned();
            let values = None;
            return Some(Hover { span, title, about: Some(help.about.to_owned()), values });
        }
    }
    let value = row.rest.trim_end();
    let source = value.trim_matches(['"', '\'']);
    let is_expression = row.key == Some("if") || {
        let found = kinds(&place.path, is_multi);
        found.iter().flat_map(scalars).any(|kind| matches!(kind, Kind::Expression))
    };
    let template = if source.contains("${{") && source.contains("}}") {
        source.to_owned()
    } else if is_expression && !source.is_empty() {
        format!("${{{{ {source} }}}}")
    } else {
        return None;
    };
    let values = values(text, &template, variants, config)?;
    let span = index.position(Span::new(start + row.rest_at, start + row.rest_at + value.len()));
    Some(Hover { span, title: source.to_owned(), about: None, values: Some(values) })
}

/// The word at a column, and where it starts.
fn function_at(line: &str, column: usize) -> Option<(usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = line.get(..column)?;
    let from = before.char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(column, |(at, _)| at);
    let rest = line.get(from..)?;
    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    Some((from, rest.get(..end).filter(|word| !word.is_empty())?))
}

fn is_in_expression(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    before.rfind("${{").is_some_and(|open| !before.get(open..).is_some_and(|rest| rest.contains("}}")))
}

/// What a template renders to in the variants of the recipe: it is made a variable of `context`, and the recipe is rendered.
fn values(text: &str, template: &str, variants: &VariantConfig, config: &RenderConfig) -> Option<Vec<String>> {
    let change = Edit::SetContext { name: VARIABLE.to_owned(), value: EditValue::Text(template.to_owned()) };
    let edited = edit(text, &[change], config.repodata_revision).ok()?;
    let recipe = ParsedRecipe::parse(&edited, None, config.repodata_revision).ok()?;
    let rendered = recipe.render(variants, config).ok()?;
    let mut values: Vec<String> = Vec::new();
    for variant in &rendered {
        let value = match variant.recipe.context.get(VARIABLE)? {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if !values.contains(&value) && values.len() < MAX_VALUES {
            values.push(value);
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use indexmap::IndexMap;
    use sidewinder_recipe::VariantValue;

    use super::*;

    const TEXT: &str = "\
context:
  version: \"1.2\"
  major: ${{ (version | split('.'))[0] }}
package:
  name: demo
  version: ${{ version }}
build:
  number: 1
  skip:
    - match(python, '<3.13')
requirements:
  host:
    - python
    - ${{ compiler('c') }}
  run:
    - if: linux
      then: b
";

    fn at(needle: &str) -> Option<Hover> {
        let python = ["3.12.*", "3.13.*"].map(|text| VariantValue::String(text.to_owned())).to_vec();
        let gcc = vec![VariantValue::String("gcc".to_owned())];
        let values = IndexMap::from([("python".to_owned(), python), ("c_compiler".to_owned(), gcc)]);
        let variants = VariantConfig { values, ..VariantConfig::default() };
        hover(TEXT, TEXT.find(needle).unwrap(), &variants, &RenderConfig::default())
    }

    #[test]
    fn keys_say_what_they_are_for() {
        let number = at("number").unwrap();
        assert_eq!((number.title.as_str(), number.span.line), ("number", 8));
        assert!(number.about.unwrap().starts_with("The build number"));
        assert!(at("then").unwrap().about.unwrap().contains("condition holds"));
    }

    #[test]
    fn templates_and_conditions_show_their_values() {
        assert_eq!(at("${{ version").unwrap().values.unwrap(), ["1.2"]);
        assert_eq!(at("major").unwrap().values.unwrap(), ["1"]);
        assert_eq!(at("(python").unwrap().values.unwrap(), ["true", "false"]);
        assert_eq!(at("linux").unwrap().values.unwrap(), ["true"]);
    }

    #[test]
    fn functions_say_what_they_give() {
        let found = at("compiler").unwrap();
        assert_eq!(found.title, "compiler('c')");
        assert!(found.about.unwrap().starts_with("The compiler"));
    }

    #[test]
    fn nothing_is_said_about_plain_values() {
        assert_eq!(at("demo"), None);
        assert_eq!(at("b\n"), None);
    }
}
