//! File names in the headers of a patch.

/// A name in a `---` or `+++` line, without date; `None` for `/dev/null`. Also whether the date is the epoch, which
/// `diff -N` gives to files that do not exist.
pub(super) fn header_name(text: &str) -> (Option<String>, bool) {
    let text = text.trim_end_matches(['\r', '\n']);
    if let Some((name, rest)) = quoted(text) {
        return (Some(name), is_epoch(rest));
    }
    let (name, date) = match text.split_once('\t') {
        Some((name, date)) => (name, date),
        None => split_date(text),
    };
    // A tab with nothing after it is how git ends a name with blanks, which may be its last letters too.
    let name = if text.ends_with('\t') { name } else { name.trim_end() };
    ((name != "/dev/null").then(|| name.to_owned()), is_epoch(date))
}

/// The name in `rename from`, `copy to` and the like.
pub(super) fn plain_name(text: &str) -> String {
    let text = text.trim_end_matches(['\r', '\n']);
    quoted(text).map_or_else(|| text.to_owned(), |(name, _)| name)
}

/// The two names of a `diff --git` line, which can only be separated if they are the same except for the prefix.
pub(super) fn git_names(text: &str) -> Option<(String, String)> {
    let text = text.trim_end_matches(['\r', '\n']);
    if let Some((old, rest)) = quoted(text) {
        return Some((old, plain_name(rest.trim_start())));
    }
    let after_prefix = |name: &str| name.split_once('/').map_or_else(|| name.to_owned(), |(_, rest)| rest.to_owned());
    text.match_indices(' ').find_map(|(at, _)| {
        let (old, new) = (text.get(..at)?, text.get(at + 1..)?);
        let same = old == new || after_prefix(old) == after_prefix(new);
        same.then(|| (old.to_owned(), new.to_owned()))
    })
}

/// A name in double quotes with C escapes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut bytes = Vec::new();
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                return Some((String::from_utf8_lossy(&bytes).into_owned(), inner.get(at + 1..).unwrap_or_default()));
            }
            '\\' => match chars.next()?.1 {
                'n' => bytes.push(b'\n'),
                't' => bytes.push(b'\t'),
                'r' => bytes.push(b'\r'),
                'a' => bytes.push(7),
                'b' => bytes.push(8),
                'v' => bytes.push(11),
                'f' => bytes.push(12),
                first @ '0'..='3' => {
                    let digits = [first, chars.next()?.1, chars.next()?.1];
                    let value = digits.iter().try_fold(0, |value, digit| Some(value * 8 + digit.to_digit(8)?))?;
                    bytes.push(u8::try_from(value).ok()?);
                }
                other => bytes.extend(other.to_string().bytes()),
            },
            other => bytes.extend(other.to_string().bytes()),
        }
    }
    None
}

/// Splits off the date that some tools write after a blank: ` 2020-01-01 12:00:00 …` or, as `ctime` has it,
/// ` Wed Jan  1 12:00:00 2020`.
fn split_date(text: &str) -> (&str, &str) {
    text.match_indices(' ')
        .find_map(|(at, _)| text.get(at + 1..).filter(|rest| is_date(rest)).map(|date| (text.get(..at), date)))
        .map_or((text, ""), |(name, date)| (name.unwrap_or(text), date))
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let dash = |at: usize| bytes.get(at) == Some(&b'-');
    let iso = [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digit) && dash(4) && dash(7) && bytes.get(10) == Some(&b' ');
    iso || is_ctime(text)
}

fn is_ctime(text: &str) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_whitespace();
    let mut word = || words.next().unwrap_or_default();
    let (weekday, month, day, time) = (word(), word(), word(), word());
    DAYS.contains(&weekday)
        && MONTHS.contains(&month)
        && day.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
        && time.len() == 8
        && time.split(':').count() == 3
}

/// Whether a date is the start of Unix time, in whatever time zone.
fn is_epoch(date: &str) -> bool {
    if is_ctime(date) {
        let words: Vec<_> = date.split_whitespace().collect();
        let is = |month: &str, day: &str, year: &str| {
            words.get(1) == Some(&month) && words.get(2) == Some(&day) && words.iter().skip(4).any(|word| *word == year)
        };
        return is("Jan", "1", "1970") || is("Jan", "01", "1970") || is("Dec", "31", "1969");
    }
    date.contains("1970-01-01 ") || date.contains("1969-12-31 ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_dates_and_quotes() {
        for (text, name, epoch) in [
            ("a/x.c", Some("a/x.c"), false),
            ("a/x.c\t2020-01-02 03:04:05.0 +0100", Some("a/x.c"), false),
            ("x.c\t1970-01-01 00:00:00 +0000", Some("x.c"), true),
            ("x.c 2020-01-02 03:04:05", Some("x.c"), false),
            ("x y.c Wed Jan  1 03:04:05 2020", Some("x y.c"), false),
            ("x.c Thu Jan  1 01:00:00 1970", Some("x.c"), true),
            ("x.c\tWed Dec 31 19:00:00 1969", Some("x.c"), true),
            ("Mon Jan notes.txt", Some("Mon Jan notes.txt"), false),
            ("a/with space.c\t", Some("a/with space.c"), false),
            ("a/t \t", Some("a/t "), false),
            (r#""a/t ""#, Some("a/t "), false),
            ("a/t  \t2020-01-02 03:04:05", Some("a/t"), false),
            ("a/x.c\t(revision 12)", Some("a/x.c"), false),
            ("a/x.c\r\n", Some("a/x.c"), false),
            ("/dev/null", None, false),
            (r#""a/caf\303\251 \"x\".c""#, Some("a/café \"x\".c"), false),
        ] {
            assert_eq!(header_name(text), (name.map(str::to_owned), epoch), "{text}");
        }
    }

    #[test]
    fn git_lines_are_split_where_both_names_are_the_same() {
        let both = |old: &str, new: &str| Some((old.to_owned(), new.to_owned()));
        assert_eq!(git_names("a/x y b/x y"), both("a/x y", "b/x y"));
        assert_eq!(git_names("a/t  b/t "), both("a/t ", "b/t "));
        assert_eq!(git_names("x x"), both("x", "x"));
        assert_eq!(git_names(r#""a/\303\251" "b/\303\251""#), both("a/é", "b/é"));
        assert_eq!(git_names("a/x b/y"), None);
    }
}
