//! Writing values into scripts so that the shell reads back exactly the same text.

use super::variables::is_variable_name;

/// A word that bash reads as this text and nothing else. Plain words stay as they are.
pub(super) fn bash_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=,+@%^".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The inside of a double-quoted word that bash reads as this text.
pub(super) fn bash_inside_double_quotes(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in text.chars() {
        push_inside_double_quotes(&mut quoted, character);
    }
    quoted
}

/// A word in which bash replaces `$NAME` and `${NAME}`; everything else, commands above all, is text.
///
/// Recipes rely on `env: {CFLAGS: "$CFLAGS -O2"}`, and on `\$ORIGIN` for a dollar sign. A command in a value would run
/// while the environment is set up, so backticks and `$(` stay what they are.
pub(super) fn bash_word_with_variables(text: &str) -> String {
    if !text.contains('$') {
        return bash_word(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    // The same where nothing is replaced.
    let mut plain = String::with_capacity(text.len());
    let mut expanded = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let backslashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
        let (text, length) = if backslashes > 0 && rest[backslashes..].starts_with('$') {
            // As in the shell: two are one, and the last one that is left takes the dollar sign's meaning.
            let dollar = backslashes % 2;
            let text = format!("{}{}", "\\".repeat(backslashes / 2), "$".repeat(dollar));
            (text, backslashes + dollar)
        } else if let Some(length) = reference_length(rest) {
            quoted.push_str(&rest[..length]);
            expanded = true;
            (String::new(), length)
        } else {
            (character.to_string(), character.len_utf8())
        };
        for character in text.chars() {
            push_inside_double_quotes(&mut quoted, character);
        }
        plain.push_str(&text);
        rest = &rest[length..];
    }
    if expanded { format!("\"{quoted}\"") } else { bash_word(&plain) }
}

fn push_inside_double_quotes(quoted: &mut String, character: char) {
    match character {
        '"' | '\\' | '$' | '`' => {
            quoted.push('\\');
            quoted.push(character);
        }
        // An interactive shell that sources the file would look for it in its history.
        '!' => quoted.push_str("\"'!'\""),
        other => quoted.push(other),
    }
}

/// Length of the `$NAME` or `${NAME}` that a text starts with.
fn reference_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    if let Some(braced) = rest.strip_prefix('{') {
        let name = braced.get(..braced.find('}')?)?;
        return is_variable_name(name).then_some(name.len() + 3);
    }
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = rest.get(..length)?;
    is_variable_name(name).then_some(length + 1)
}

/// The text between the quotes of `@SET "NAME=VALUE"` so that cmd reads it as this text.
pub(super) fn cmd_text(text: &str) -> String {
    text.replace('%', "%%")
}

/// As [`cmd_text`], but `%NAME%` is replaced by cmd.
pub(super) fn cmd_text_with_variables(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        quoted.push_str(before);
        match after.split_once('%') {
            Some((name, behind)) if is_variable_name(name) => {
                quoted.push('%');
                quoted.push_str(name);
                quoted.push('%');
                rest = behind;
            }
            _ => {
                quoted.push_str("%%");
                rest = after;
            }
        }
    }
    quoted.push_str(rest);
    quoted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn plain_words_stay() {
        assert_eq!(bash_word("/opt/a-b_c.d:/usr"), "/opt/a-b_c.d:/usr");
        assert_eq!(bash_word(""), "''");
        assert_eq!(bash_word("~"), "'~'");
    }

    #[test]
    fn nothing_in_a_word_is_special() {
        assert_eq!(bash_word("a b"), "'a b'");
        assert_eq!(bash_word("it's $HOME `x` \"d\""), r#"'it'\''s $HOME `x` "d"'"#);
    }

    #[test]
    fn variables_are_replaced_and_commands_are_not() {
        assert_eq!(bash_word_with_variables("$PREFIX/x"), r#""$PREFIX/x""#);
        assert_eq!(bash_word_with_variables("${PREFIX}x"), r#""${PREFIX}x""#);
        assert_eq!(bash_word_with_variables("$(id) $A `id`"), r#""\$(id) $A \`id\`""#);
        assert_eq!(bash_word_with_variables("${A:-b} $A"), r#""\${A:-b} $A""#);
        assert_eq!(bash_word_with_variables("$A!"), r#""$A"'!'"""#);
        assert_eq!(bash_word_with_variables("$1 $"), "'$1 $'");
        assert_eq!(bash_word_with_variables("$(id)"), "'$(id)'");
        assert_eq!(bash_word_with_variables("${A"), "'${A'");
    }

    #[test]
    fn a_backslash_takes_the_meaning_of_a_dollar_sign() {
        assert_eq!(bash_word_with_variables(r"-Wl,-rpath,\$ORIGIN/../lib"), r"'-Wl,-rpath,$ORIGIN/../lib'");
        assert_eq!(bash_word_with_variables(r"$A/\$A"), r#""$A/\$A""#);
        assert_eq!(bash_word_with_variables(r"\\$A"), r#""\\$A""#);
        assert_eq!(bash_word_with_variables(r"\\\$A \n"), r"'\$A \n'");
        assert_eq!(bash_word_with_variables(r"\$(id)"), "'$(id)'");
    }

    #[cfg(unix)]
    #[test]
    fn bash_reads_back_every_character() {
        let mut texts: Vec<String> =
            ('\u{1}'..='\u{7f}').map(|character| format!("a{character} {character}")).collect();
        texts.extend(
            ["", " ", "~", "-n", "$(id)`id`${x:-y}$$ $1 $", "\\", "it's", "\u{20ac}", "{a,b} *", "#x", "a\\\nb"]
                .map(str::to_owned),
        );
        let lines: String = texts
            .iter()
            .map(|text| {
                let (word, inside) = (bash_word(text), bash_inside_double_quotes(text));
                // The `$V` makes the word one with variables; it is empty.
                let with_variable = bash_word_with_variables(&format!("{text}/$V"));
                format!("printf '%s\\0' {word} \"{inside}\" {with_variable}\n")
            })
            .collect();
        let mut bash = std::process::Command::new("bash");
        let output = bash.args(["-c", &lines]).env_clear().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read = String::from_utf8(output.stdout).unwrap();
        let mut read = read.split('\0');
        for text in &texts {
            assert_eq!(read.next(), Some(text.as_str()));
            assert_eq!(read.next(), Some(text.as_str()));
            assert_eq!(read.next(), Some(format!("{text}/").as_str()));
        }
    }

    #[test]
    fn cmd_replaces_only_whole_names() {
        assert_eq!(cmd_text("100%"), "100%%");
        assert_eq!(cmd_text_with_variables(r"%PREFIX%\x 50%"), r"%PREFIX%\x 50%%");
        assert_eq!(cmd_text_with_variables("%a b%"), "%%a b%%");
    }
}
