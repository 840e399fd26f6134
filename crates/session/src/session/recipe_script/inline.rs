//! Edited texts of an inline script → the edited recipe.
//!
//! The rendered script lacks the branches of conditions that were not taken, and the same text may be in several places
//! of the file. So each place is tried, and the one is right from which the recipe renders with the edited script.

use sidewinder_recipe::edit::{script_items, set_script_items};
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_recipe::stage1::{Content, Script};

use crate::error::{Error, Result};
use crate::patch::render_as;
use crate::script::InlineText;

/// Maximum number of combinations of places that are tried.
const MAX_TRIES: usize = 64;

/// The recipe with the texts as they are after the edits.
///
/// # Errors
/// [`Error::Script`] when the texts are not found in the recipe, or cannot be changed there.
pub(super) fn edited(
    recipe: &str,
    variant: &RenderedVariant,
    before: &[InlineText],
    after: &[String],
) -> Result<String> {
    let refused = |reason: String| Error::Script { reason: format!("cannot carry edits into the recipe: {reason}") };
    let changes: Vec<(&str, &str)> = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before.source != **after)
        .map(|(before, after)| (before.source.as_str(), after.as_str()))
        .collect();
    let mut reason = "it has no inline script".to_owned();
    for output in [Some(variant.name.as_str()), None] {
        let items = match script_items(recipe, output) {
            Ok(items) => items,
            Err(error) => {
                reason = error.message;
                continue;
            }
        };
        let places: Vec<Vec<usize>> = changes.iter().map(|(old, _)| places(&items, old)).collect();
        if let Some(index) = places.iter().position(Vec::is_empty) {
            let line = changes.get(index).and_then(|(old, _)| old.lines().next()).unwrap_or_default();
            reason = format!("the line `{line}` was not found in it");
            continue;
        }
        let mut made = Vec::new();
        for choice in combinations(&places) {
            let new = choice.iter().zip(&changes).map(|(place, (_, new))| (*place, (*new).to_owned()));
            match set_script_items(recipe, output, &new.collect()) {
                Ok(text) => made.push(text),
                Err(error) => reason = error.message,
            }
        }
        let wanted = normalized(after.iter().map(String::as_str));
        let renders = |text: &&String| script_of(text, variant).is_some_and(|script| script == wanted);
        if let Some(text) = made.iter().find(renders) {
            return Ok(text.clone());
        }
        // A recipe that cannot be rendered here, for want of an environment or of files, is clear if there is one place.
        match made.as_slice() {
            [only] if script_of(recipe, variant).is_none() => return Ok(only.clone()),
            [] => {}
            _ => reason = "it is not clear which of its lines are meant".to_owned(),
        }
    }
    Err(refused(reason))
}

/// The items with a text.
fn places(items: &[String], text: &str) -> Vec<usize> {
    let is_same = |item: &String| item.trim_end() == text.trim_end();
    items.iter().enumerate().filter(|(_, item)| is_same(item)).map(|(index, _)| index).collect()
}

/// Choices of one place for each text, each place once and in the order of the texts.
fn combinations(places: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for candidates in places {
        let longer = all.iter().flat_map(|choice| {
            let after = choice.last().copied();
            candidates
                .iter()
                .filter(move |place| after.is_none_or(|after| **place > after))
                .map(move |place| choice.iter().copied().chain([*place]).collect::<Vec<_>>())
        });
        all = longer.take(MAX_TRIES).collect();
    }
    all
}

/// The script of the session's output in a recipe, if it can be rendered as for the session.
fn script_of(recipe: &str, variant: &RenderedVariant) -> Option<Vec<String>> {
    let rendered = render_as(variant, recipe)?;
    let content = match rendered.recipe.build.script? {
        Script::CommandOrPath(line) => vec![line],
        Script::Commands(commands) => commands,
        Script::Object(object) => match object.content? {
            Content::Text(text) => vec![text],
            Content::Commands(commands) => commands,
        },
    };
    Some(normalized(content.iter().map(String::as_str)))
}

/// The lines of texts, without empty ones at the ends of texts.
fn normalized<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let lines = texts.filter(|text| !text.trim().is_empty()).flat_map(|text| text.trim_end().split('\n'));
    lines.map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_tried_in_order() {
        assert_eq!(combinations(&[vec![0, 2], vec![1, 3]]), [vec![0, 1], vec![0, 3], vec![2, 3]]);
        assert_eq!(combinations(&[]), [Vec::<usize>::new()]);
        assert!(combinations(&vec![(0..100).collect(); 3]).len() <= MAX_TRIES);
    }
}
