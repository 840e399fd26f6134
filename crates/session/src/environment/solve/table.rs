//! Tables in the log.

use std::fmt::Write as _;

/// A table with a head, in box characters. A row without cells becomes an empty row.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    rule(&mut out, &widths, ['╭', '─', '┬', '╮']);
    line(&mut out, &widths, &head);
    rule(&mut out, &widths, ['╞', '═', '╪', '╡']);
    for row in rows {
        line(&mut out, &widths, row);
    }
    rule(&mut out, &widths, ['╰', '─', '┴', '╯']);
    out.truncate(out.trim_end().len());
    out
}

fn rule(out: &mut String, widths: &[usize], [left, bar, joint, right]: [char; 4]) {
    for (index, width) in widths.iter().enumerate() {
        out.push(if index == 0 { left } else { joint });
        out.extend(std::iter::repeat_n(bar, width + 2));
    }
    out.push(right);
    out.push('\n');
}

fn line<S: AsRef<str>>(out: &mut String, widths: &[usize], cells: &[S]) {
    for (index, (width, cell)) in widths.iter().zip(cells).enumerate() {
        out.push(if index == 0 { '│' } else { '┆' });
        // Writing to a string cannot fail.
        let _ = write!(out, " {:<width$} ", cell.as_ref());
    }
    out.push_str("│\n");
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "long cell".to_owned()], ["é".to_owned(), String::new()]];
        let lines = [
            "╭──────┬───────────╮",
            "│ Name ┆ Spec      │",
            "╞══════╪═══════════╡",
            "│ a    ┆ long cell │",
            "│ é    ┆           │",
            "╰──────┴───────────╯",
        ];
        assert_eq!(table(["Name", "Spec"], &rows), lines.join("\n"));
    }
}
