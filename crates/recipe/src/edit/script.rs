//! Edits of scripts: a single value, a block of lines, or a list with conditions.

use super::change::{Change, Goal, NewValue};
use super::locate::{self, Path, Step};
use super::{EditError, apply};
use crate::yaml::Node;

/// Where a line is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinePlace<'a> {
    /// After all other lines.
    End,
    /// Before the first line with a text.
    Before(&'a str),
    /// After the first line with a text.
    After(&'a str),
}

impl<'a> LinePlace<'a> {
    /// # Errors
    /// Both are given.
    pub(super) fn of(before: Option<&'a str>, after: Option<&'a str>) -> Result<Self, EditError> {
        match (before, after) {
            (None, None) => Ok(Self::End),
            (Some(text), None) => Ok(Self::Before(text)),
            (None, Some(text)) => Ok(Self::After(text)),
            (Some(_), Some(_)) => Err(EditError::missing("`before` and `after` cannot be combined")),
        }
    }
}

/// The lines of the build script.
///
/// # Errors
/// The script is a file of its own.
pub(super) fn of_build(root: &Node, output: Option<&str>) -> Result<Path, EditError> {
    let mut path = locate::output(root, output)?;
    path.extend(["build".into(), "script".into()]);
    if locate::get(root, &path).is_none() {
        return Err(EditError::missing(
            "the recipe has no inline build script; edit the script file (`build.sh` or `build.bat`)",
        ));
    }
    content(root, path)
}

/// The lines of a script: its value, or `content` of a mapping.
///
/// # Errors
/// The script is a file of its own.
pub(super) fn content(root: &Node, mut path: Path) -> Result<Path, EditError> {
    if let Some(Node::Mapping(mapping)) = locate::get(root, &path) {
        if let Some(Node::Scalar(file)) = mapping.get("file") {
            return Err(in_file(&file.text));
        }
        path.push("content".into());
        if locate::get(root, &path).is_none() {
            return Err(EditError::missing("the script has no `content`"));
        }
    }
    let single = match locate::get(root, &path) {
        Some(Node::Sequence(list)) if list.items.len() == 1 => list.items.first(),
        other => other,
    };
    match single {
        Some(Node::Scalar(scalar)) if names_file(&scalar.text) => Err(in_file(&scalar.text)),
        _ => Ok(path),
    }
}

fn in_file(name: &str) -> EditError {
    EditError::missing(format!("the script is the file `{name}`; edit that file"))
}

/// A single word with the ending of a script is the name of a file.
fn names_file(text: &str) -> bool {
    let text = text.trim();
    let endings = [".sh", ".bat", ".cmd", ".ps1", ".py", ".nu", ".pl", ".r", ".R", ".rb", ".js"];
    !text.contains(char::is_whitespace) && endings.iter().any(|ending| text.ends_with(ending))
}

/// Replaces a text everywhere in a script.
///
/// # Errors
/// The text does not occur, or is in a place that cannot be changed safely.
pub(super) fn replace(
    text: &str,
    script: impl Fn(&Node) -> Result<Path, EditError>,
    find: &str,
    replace: &str,
) -> Result<String, EditError> {
    if find.is_empty() {
        return Err(EditError::missing("`find` is empty"));
    }
    let change = |old: &str| {
        old.contains(find).then(|| {
            let whole = find.split('\n').any(|line| line.trim() != "");
            let new = old.replace(find, replace);
            if whole && replace.trim().is_empty() { without_emptied(old, &new) } else { new }
        })
    };
    let missing = || EditError::missing(format!("`{}` not found in the script", shown(find)));
    change_all(text, script, change, missing)
}

/// Removes a line everywhere in a script.
///
/// # Errors
/// There is no such line, or it is in a place that cannot be changed safely.
pub(super) fn remove_line(
    text: &str,
    script: impl Fn(&Node) -> Result<Path, EditError>,
    line: &str,
) -> Result<String, EditError> {
    let wanted = line.trim();
    if wanted.is_empty() {
        return Err(EditError::missing("`line` is empty"));
    }
    let change = |old: &str| {
        let kept: Vec<&str> = old.split('\n').filter(|line| line.trim() != wanted).collect();
        let new = kept.join("\n");
        (new != old).then_some(new)
    };
    let missing = || EditError::missing(format!("the script has no line `{}`", shown(wanted)));
    change_all(text, script, change, missing)
}

/// Adds a line.
///
/// # Errors
/// No line has the text of `place`, or the script is written in a way that cannot be changed safely.
pub(super) fn add_line(
    text: &str,
    script: impl Fn(&Node) -> Result<Path, EditError>,
    line: &str,
    place: LinePlace<'_>,
) -> Result<String, EditError> {
    if line.trim().is_empty() {
        return Err(EditError::missing("the line is empty"));
    }
    apply(text, |root| {
        let path = script(root)?;
        let node = locate::get(root, &path);
        let (LinePlace::Before(near) | LinePlace::After(near)) = place else {
            return Ok(Some(match node {
                Some(Node::Scalar(scalar)) => in_scalar(path, &scalar.text, line, None),
                _ => Change { path, goal: Goal::Append(line.into()) },
            }));
        };
        let found = locate::scalars(root, &path).into_iter().find_map(|path| match locate::get(root, &path) {
            Some(Node::Scalar(scalar)) if scalar.text.contains(near) => Some((path, scalar.text.clone())),
            _ => None,
        });
        let missing = || EditError::missing(format!("no line of the script contains `{}`", shown(near)));
        let (path, old) = found.ok_or_else(missing)?;
        let before = matches!(place, LinePlace::Before(_));
        let has_lines = old.trim_end().contains('\n') || old.ends_with('\n');
        Ok(Some(match path.last() {
            Some(Step::Index(index)) if !has_lines => {
                let at = if before { *index } else { index + 1 };
                insert(root, path, at, line)
            }
            _ => in_scalar(path, &old, line, Some((near, before))),
        }))
    })
}

/// A new item at a place of the list that a path leads into.
fn insert(root: &Node, mut path: Path, at: usize, line: &str) -> Change {
    path.pop();
    let length = match locate::get(root, &path) {
        Some(Node::Sequence(list)) => list.items.len(),
        _ => 0,
    };
    if at >= length {
        return Change { path, goal: Goal::Append(line.into()) };
    }
    path.push(Step::Index(at));
    Change { path, goal: Goal::Insert(line.to_owned()) }
}

/// One more line in a block of lines; a single line becomes a list.
fn in_scalar(path: Path, old: &str, line: &str, near: Option<(&str, bool)>) -> Change {
    let body = old.trim_end_matches('\n');
    if !old.contains('\n') {
        let mut items = vec![old.to_owned(), line.to_owned()];
        if matches!(near, Some((_, true))) {
            items.reverse();
        }
        return Change { path, goal: Goal::List(items) };
    }
    let mut lines: Vec<String> = body.split('\n').map(str::to_owned).collect();
    let (at, margin) = match near {
        None => (lines.len(), String::new()),
        Some((near, before)) => {
            let index = lines.iter().position(|line| line.contains(near)).unwrap_or_default();
            let own = lines.get(index).map(String::as_str).unwrap_or_default();
            let margin = own.len() - own.trim_start().len();
            (if before { index } else { index + 1 }, own.get(..margin).unwrap_or_default().to_owned())
        }
    };
    let new = line.split('\n').map(|line| format!("{margin}{line}"));
    lines.splice(at..at, new);
    let tail = old.get(body.len()..).unwrap_or_default();
    Change { path, goal: Goal::Set(text_value(format!("{}{tail}", lines.join("\n")))) }
}

/// Changes every scalar of a script that `change` has a new text for.
fn change_all(
    text: &str,
    script: impl Fn(&Node) -> Result<Path, EditError>,
    change: impl Fn(&str) -> Option<String>,
    missing: impl FnOnce() -> EditError,
) -> Result<String, EditError> {
    let mut edited = text.to_owned();
    // Counted from the end: what follows a changed item keeps its place in the list before it.
    let mut left: Option<usize> = None;
    loop {
        let mut rest = None;
        let next = apply(&edited, |root| {
            let paths = locate::scalars(root, &script(root)?);
            let end = left.unwrap_or(paths.len()).min(paths.len());
            let found = paths.into_iter().enumerate().take(end).rev().find_map(|(index, path)| {
                let Some(Node::Scalar(scalar)) = locate::get(root, &path) else { return None };
                Some((index, path, scalar.text.clone(), change(&scalar.text)?))
            });
            Ok(found.map(|(index, path, old, new)| {
                rest = Some((index, path.clone(), old.clone(), new.clone()));
                changed(path, &old, &new)
            }))
        })?;
        let Some((index, path, old, new)) = rest else { break };
        edited = next;
        edited = with_further_lines(&edited, &path, &old, &new)?;
        left = Some(index);
    }
    if edited == text { Err(missing()) } else { Ok(edited) }
}

/// The change of one scalar; of several lines in place of one, the first.
pub(super) fn changed(path: Path, old: &str, new: &str) -> Change {
    let is_item = matches!(path.last(), Some(Step::Index(_)));
    if new.trim().is_empty() && is_item {
        return Change { path, goal: Goal::Remove };
    }
    if old.contains('\n') || !new.contains('\n') {
        return Change { path, goal: Goal::Set(text_value(new.to_owned())) };
    }
    let lines: Vec<String> = new.split('\n').filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    match lines.split_first() {
        Some((first, _)) if is_item => Change { path, goal: Goal::Set(text_value(first.clone())) },
        _ => Change { path, goal: Goal::List(lines) },
    }
}

/// The other lines of a list item that became several.
pub(super) fn with_further_lines(text: &str, path: &Path, old: &str, new: &str) -> Result<String, EditError> {
    let Some(Step::Index(index)) = path.last() else { return Ok(text.to_owned()) };
    if old.contains('\n') || !new.contains('\n') || new.trim().is_empty() {
        return Ok(text.to_owned());
    }
    let mut edited = text.to_owned();
    for (offset, line) in new.split('\n').filter(|line| !line.trim().is_empty()).enumerate().skip(1) {
        edited = apply(&edited, |root| Ok(Some(insert(root, path.clone(), index + offset, line))))?;
    }
    Ok(edited)
}

/// Text without the lines that a replacement made empty.
fn without_emptied(old: &str, new: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    if before.len() != after.len() {
        return new.to_owned();
    }
    let kept = before.iter().zip(after).filter(|(old, new)| old.trim().is_empty() || !new.trim().is_empty());
    kept.map(|(_, new)| new).collect::<Vec<_>>().join("\n")
}

/// Commands are always text, also where a plain scalar would be something else.
fn text_value(text: String) -> NewValue {
    NewValue { text, is_text: true, keeps_quotes: true }
}

/// The beginning of a text, for messages.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
