//! Where in a recipe a line is, by indentation alone.

/// A line of block YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row<'t> {
    /// Columns of the dashes that it begins with.
    dashes: Vec<usize>,
    /// Column of what comes behind them.
    pub(super) column: usize,
    /// The key, if there is one.
    pub(super) key: Option<&'t str>,
    /// What comes behind the key and its colon, or all of the line without one.
    pub(super) rest: &'t str,
    /// Byte in the line where `rest` starts.
    pub(super) rest_at: usize,
}

/// The keys that lead to a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place<'t> {
    /// From the outside in.
    pub(super) path: Vec<&'t str>,
    /// Keys of the same mapping above and below.
    pub(super) siblings: Vec<&'t str>,
    /// Whether the place is the first of an item of a list.
    pub(super) is_item: bool,
}

impl<'t> Row<'t> {
    /// Reads a line; `None` for blank lines and comments.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        let mut dashes = Vec::new();
        let mut at = line.len() - line.trim_start_matches(' ').len();
        loop {
            let rest = line.get(at..)?;
            let is_dash = rest.starts_with("- ") || rest == "-";
            if !is_dash {
                break;
            }
            dashes.push(at);
            let after = rest.get(1..).unwrap_or_default();
            at += 1 + (after.len() - after.trim_start_matches(' ').len()).max(usize::from(!after.is_empty()));
        }
        let rest = line.get(at..)?;
        if rest.starts_with('#') || (rest.trim().is_empty() && dashes.is_empty()) {
            return None;
        }
        match key_end(rest) {
            Some((key, after)) => {
                let value = rest.get(after..).unwrap_or_default();
                let blanks = value.len() - value.trim_start().len();
                let value = value.trim_start();
                Some(Self { dashes, column: at, key: Some(key), rest: value, rest_at: at + after + blanks })
            }
            None => Some(Self { dashes, column: at, key: None, rest, rest_at: at }),
        }
    }
}

/// A key at the start of a text, and where the text behind its colon starts.
fn key_end(text: &str) -> Option<(&str, usize)> {
    let colon = text.find(':')?;
    let key = text.get(..colon)?;
    let is_key =
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.' | '"' | '\''));
    let after = text.get(colon + 1..)?;
    let is_end = after.is_empty() || after.starts_with([' ', '\r', '\n']);
    (is_key && is_end).then(|| (key.trim_matches(['"', '\'']), colon + 1))
}

/// The keys that lead to the line `line`, in which what matters starts at `column`, and the other keys next to it.
pub(super) fn place<'t>(lines: &[&'t str], line: usize, column: usize) -> Place<'t> {
    let mut place = Place::default();
    let current = lines.get(line).and_then(|text| Row::read(text));
    let dashes = current.as_ref().map(|row| row.dashes.clone()).unwrap_or_default();
    place.is_item = !dashes.is_empty();
    let mut search = match dashes.last() {
        Some(dash) => Search { limit: *dash, is_dash: true, is_own: false },
        None => Search { limit: column, is_dash: false, is_own: true },
    };
    for above in lines.get(..line).unwrap_or_default().iter().rev() {
        if let Some(row) = Row::read(above) {
            search.step(&row, &mut place);
        }
    }
    place.path.reverse();
    // Keys below, as long as they belong to the same mapping.
    for below in lines.get(line + 1..).unwrap_or_default() {
        let Some(row) = Row::read(below) else { continue };
        let start = row.dashes.first().copied().unwrap_or(row.column);
        if start < column {
            break;
        }
        if let (true, Some(key)) = (row.column == column && row.dashes.is_empty(), row.key) {
            place.siblings.push(key);
        }
    }
    place
}

/// The search for parents, upwards.
struct Search {
    /// Column of the mapping's keys, or of the list's dashes.
    limit: usize,
    is_dash: bool,
    /// Whether keys at the limit are siblings of the place itself.
    is_own: bool,
}

impl Search {
    fn step<'t>(&mut self, row: &Row<'t>, place: &mut Place<'t>) {
        let Some(key) = row.key else {
            // An item without a key of the list that the place is in.
            return;
        };
        if self.is_dash {
            // Items of the same list are passed; their parent may have the same indentation as their dashes.
            let is_item = row.dashes.contains(&self.limit);
            let is_parent = row.column <= self.limit && !is_item;
            if is_parent {
                self.enter(row, key, place);
            }
            return;
        }
        if row.column == self.limit {
            if self.is_own {
                place.siblings.push(key);
            }
            if let Some(dash) = row.dashes.last() {
                *self = Self { limit: *dash, is_dash: true, is_own: false };
            }
        } else if row.column < self.limit {
            self.enter(row, key, place);
        }
    }

    fn enter<'t>(&mut self, row: &Row<'t>, key: &'t str, place: &mut Place<'t>) {
        place.path.push(key);
        *self = match row.dashes.last() {
            Some(dash) => Self { limit: *dash, is_dash: true, is_own: false },
            None => Self { limit: row.column, is_dash: false, is_own: false },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
context:
  version: 1
outputs:
- package:
    name: a
  requirements:
    run:
      - if: win
        then:
          - b
        else: c
      - python
  build:
    nu
tests:
  - script:
      - x
    files:
      sou
";

    fn at(needle: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let lines: Vec<&str> = TEXT.lines().collect();
        let line = lines.iter().position(|line| line.contains(needle)).unwrap_or_default();
        let column = Row::read(lines[line]).map_or(0, |row| row.column);
        let place = place(&lines, line, column);
        (place.path, place.siblings)
    }

    #[test]
    fn keys_lead_to_a_place() {
        assert_eq!(at("nu").0, ["outputs", "build"]);
        assert_eq!(at("- b").0, ["outputs", "requirements", "run", "then"]);
        assert_eq!(at("else").0, ["outputs", "requirements", "run"]);
        assert_eq!(at("- python").0, ["outputs", "requirements", "run"]);
        assert_eq!(at("sou").0, ["tests", "files"]);
        assert_eq!(at("version").0, ["context"]);
    }

    #[test]
    fn siblings_are_the_keys_of_the_same_mapping() {
        assert_eq!(at("  build").1, ["requirements", "package"]);
        assert_eq!(at("  files").1, ["script"]);
        assert_eq!(at("else").1, ["then", "if"]);
        assert_eq!(at("- package").1, ["requirements", "build"]);
        assert_eq!(at("context").1, ["outputs", "tests"]);
    }
}
