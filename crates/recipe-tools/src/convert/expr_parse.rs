//! Text → [`Expr`], for the parts of Jinja and Python that recipes use.

use super::expr::{Argument, Expr};

/// Deepest nesting that is read, because the parser recurses.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Number(String),
    Text(String, char),
    Operator(&'static str),
}

const OPERATORS: [&str; 27] = [
    "**", "//", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "~", "|", "(", ")", "[", "]", "{", "}",
    ",", ":", ".", "&", ";",
];

/// Reads an expression.
///
/// # Errors
/// What is wrong with it, as one sentence.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let first = parser.conditional()?;
    let expr = if parser.is(",") { parser.rest_of_tuple(first)? } else { first };
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(format!("unexpected {}", describe(token))),
    }
}

/// Reads `name = expression` or `a, b = expression`.
pub(super) fn parse_assignment(text: &str) -> Result<(Vec<String>, Expr), String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let names = parser.targets()?;
    parser.expect("=")?;
    let first = parser.conditional()?;
    let expr = if parser.is(",") { parser.rest_of_tuple(first)? } else { first };
    match parser.peek() {
        None => Ok((names, expr)),
        Some(token) => Err(format!("unexpected {}", describe(token))),
    }
}

/// Reads `name in expression` or `a, b in expression`, as after `for`.
pub(super) fn parse_loop(text: &str) -> Result<(Vec<String>, Expr), String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let names = parser.targets()?;
    if !parser.take_word("in") {
        return Err("expected `in`".to_owned());
    }
    let first = parser.conditional()?;
    let expr = if parser.is(",") { parser.rest_of_tuple(first)? } else { first };
    match parser.peek() {
        None => Ok((names, expr)),
        Some(token) => Err(format!("unexpected {}", describe(token))),
    }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Name(text) | Token::Number(text) | Token::Text(text, _) => format!("`{text}`"),
        Token::Operator(text) => format!("`{text}`"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if c.is_alphabetic() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            // `r"…"`, `u"…"`, `b"…"`: only the text matters.
            if matches!(name, "r" | "u" | "b") && after.starts_with(['"', '\'']) {
                let (token, after) = text_token(after, name == "r")?;
                tokens.push(token);
                rest = after;
            } else {
                tokens.push(Token::Name(name.to_owned()));
                rest = after;
            }
        } else if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            tokens.push(Token::Number(number.replace('_', "")));
            rest = after;
        } else if c == '"' || c == '\'' {
            let (token, after) = text_token(rest, false)?;
            tokens.push(token);
            rest = after;
        } else if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
        } else {
            return Err(format!("unexpected character `{c}`"));
        }
    }
    Ok(tokens)
}

fn text_token(text: &str, raw: bool) -> Result<(Token, &str), String> {
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('"', |(_, c)| c);
    let mut out = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((Token::Text(out, quote), &text[at + c.len_utf8()..])),
            '\\' if !raw => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, c @ ('\\' | '"' | '\''))) => out.push(c),
                // Python keeps the backslash of an escape that it does not know.
                Some((_, c)) => out.extend(['\\', c]),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err("unclosed quote".to_owned())
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Expr, String>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.peek(), Some(Token::Operator(found)) if *found == operator)
    }

    fn take(&mut self, operator: &str) -> bool {
        let found = self.is(operator);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, operator: &str) -> Result<(), String> {
        if self.take(operator) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(token) => format!("expected `{operator}`, found {}", describe(token)),
            None => format!("expected `{operator}` at the end"),
        })
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Name(found)) if found == word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn identifier(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            Some(token) => Err(format!("expected a name, found {}", describe(token))),
            None => Err("expected a name at the end".to_owned()),
        }
    }

    fn targets(&mut self) -> Result<Vec<String>, String> {
        let parenthesized = self.take("(");
        let mut names = vec![self.identifier()?];
        while self.take(",") {
            names.push(self.identifier()?);
        }
        if parenthesized {
            self.expect(")")?;
        }
        Ok(names)
    }

    fn rest_of_tuple(&mut self, first: Expr) -> Parsed {
        let mut items = vec![first];
        while self.take(",") {
            if self.peek().is_none() || self.is(")") {
                break;
            }
            items.push(self.conditional()?);
        }
        Ok(Expr::Tuple(items))
    }

    fn conditional(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("nested too deeply".to_owned());
        }
        let value = self.or()?;
        let expr = if self.take_word("if") {
            let condition = self.or()?;
            let otherwise = if self.take_word("else") { Some(Box::new(self.conditional()?)) } else { None };
            Expr::If(Box::new(value), Box::new(condition), otherwise)
        } else {
            value
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.take_word("or") {
            left = left.or(self.and()?);
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.take_word("and") || self.take("&") {
            left = left.and(self.not()?);
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        if self.take_word("not") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err("nested too deeply".to_owned());
            }
            let inner = self.not()?;
            self.depth -= 1;
            return Ok(Expr::Not(Box::new(inner)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let mut left = self.concatenation()?;
        let mut rest = Vec::new();
        loop {
            let operator = ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|operator| self.is(operator));
            if let Some(operator) = operator {
                self.at += 1;
                rest.push((operator, self.concatenation()?));
            } else if self.take_word("in") {
                rest.push(("in", self.concatenation()?));
            } else if self.is_word("not") && matches!(self.tokens.get(self.at + 1), Some(Token::Name(n)) if n == "in") {
                self.at += 2;
                rest.push(("not in", self.concatenation()?));
            } else if self.take_word("is") {
                left = self.test(left)?;
            } else {
                break;
            }
        }
        Ok(if rest.is_empty() { left } else { Expr::Compare(Box::new(left), rest) })
    }

    fn test(&mut self, value: Expr) -> Parsed {
        let negated = self.take_word("not");
        let name = self.identifier()?;
        let arguments = if self.is("(") { self.arguments()? } else { Vec::new() };
        // Python's `is None` is Jinja's `is none`.
        let name = if name == "None" { "none".to_owned() } else { name };
        Ok(Expr::Test(Box::new(value), negated, name, arguments))
    }

    fn concatenation(&mut self) -> Parsed {
        let mut left = self.sum()?;
        while self.take("~") {
            left = Expr::Binary("~", Box::new(left), Box::new(self.sum()?));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        while let Some(operator) = ["+", "-"].into_iter().find(|operator| self.is(operator)) {
            self.at += 1;
            left = Expr::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.sign()?;
        while let Some(operator) = ["*", "//", "/", "%"].into_iter().find(|operator| self.is(operator)) {
            self.at += 1;
            left = Expr::Binary(operator, Box::new(left), Box::new(self.sign()?));
        }
        Ok(left)
    }

    fn sign(&mut self) -> Parsed {
        for sign in ['-', '+'] {
            if self.take(if sign == '-' { "-" } else { "+" }) {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("nested too deeply".to_owned());
                }
                let inner = self.sign()?;
                self.depth -= 1;
                return Ok(Expr::Sign(sign, Box::new(inner)));
            }
        }
        let base = self.postfix()?;
        if self.take("**") {
            return Ok(Expr::Binary("**", Box::new(base), Box::new(self.sign()?)));
        }
        Ok(base)
    }

    fn postfix(&mut self) -> Parsed {
        let mut expr = self.atom()?;
        loop {
            if self.take(".") {
                match self.peek() {
                    // `value.0` is `value[0]` in Jinja.
                    Some(Token::Number(number)) => {
                        let index = Expr::Number(number.clone());
                        self.at += 1;
                        expr = Expr::Item(Box::new(expr), Box::new(index));
                    }
                    _ => expr = Expr::Attribute(Box::new(expr), self.identifier()?),
                }
            } else if self.is("(") {
                expr = Expr::Call(Box::new(expr), self.arguments()?);
            } else if self.take("[") {
                expr = self.subscript(expr)?;
            } else if self.take("|") {
                let name = self.identifier()?;
                let arguments = if self.is("(") { self.arguments()? } else { Vec::new() };
                expr = Expr::Filter(Box::new(expr), name, arguments);
            } else {
                return Ok(expr);
            }
        }
    }

    fn subscript(&mut self, object: Expr) -> Parsed {
        let mut parts: [Option<Box<Expr>>; 3] = [None, None, None];
        let mut index = 0;
        let mut is_slice = false;
        while !self.take("]") {
            if self.take(":") {
                is_slice = true;
                index += 1;
                if index > 2 {
                    return Err("too many `:` in a slice".to_owned());
                }
            } else if let Some(part) = parts.get_mut(index) {
                *part = Some(Box::new(self.conditional()?));
            }
            if self.peek().is_none() {
                return Err("expected `]` at the end".to_owned());
            }
        }
        match parts {
            [Some(item), None, None] if !is_slice => Ok(Expr::Item(Box::new(object), item)),
            parts if is_slice => Ok(Expr::Slice(Box::new(object), parts)),
            _ => Err("empty index".to_owned()),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, String> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.take(")") {
            let named = matches!(self.peek(), Some(Token::Name(_)))
                && matches!(self.tokens.get(self.at + 1), Some(Token::Operator("=")));
            let name = if named { Some(self.identifier()?) } else { None };
            self.at += usize::from(named);
            arguments.push(Argument { name, value: self.conditional()? });
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(arguments)
    }

    fn atom(&mut self) -> Parsed {
        let Some(token) = self.peek().cloned() else { return Err("unexpected end".to_owned()) };
        self.at += 1;
        match token {
            Token::Name(name) => Ok(Expr::Name(name)),
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Text(mut text, quote) => {
                // Adjacent texts are one, as in Python.
                while let Some(Token::Text(more, _)) = self.peek() {
                    text.push_str(more);
                    self.at += 1;
                }
                Ok(Expr::Text(text, quote))
            }
            Token::Operator("(") => {
                if self.take(")") {
                    return Ok(Expr::Tuple(Vec::new()));
                }
                let first = self.conditional()?;
                let expr = if self.is(",") { self.rest_of_tuple(first)? } else { first };
                self.expect(")")?;
                Ok(expr)
            }
            Token::Operator("[") => {
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.conditional()?);
                    if !self.take(",") {
                        self.expect("]")?;
                        break;
                    }
                }
                Ok(Expr::List(items))
            }
            Token::Operator("{") => {
                let mut entries = Vec::new();
                while !self.take("}") {
                    let key = self.conditional()?;
                    self.expect(":")?;
                    entries.push((key, self.conditional()?));
                    if !self.take(",") {
                        self.expect("}")?;
                        break;
                    }
                }
                Ok(Expr::Map(entries))
            }
            token => Err(format!("unexpected {}", describe(&token))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn expressions_keep_their_meaning_when_printed() {
        for (text, printed) in [
            ("a or b and not c", "a or b and not c"),
            ("(a or b) and c", "(a or b) and c"),
            ("compiler('c')", "compiler('c')"),
            ("pin('x', max_pin=\"x.x\", exact=True)", "pin('x', max_pin=\"x.x\", exact=True)"),
            ("name|lower|replace('-', '_')", "name | lower | replace('-', '_')"),
            ("version.split('.')[:2]", "version.split('.')[:2]"),
            ("'a' if win else 'b'", "'a' if win else 'b'"),
            ("x in ('a', 'b')", "x in ['a', 'b']"),
            ("x not in [1]", "x not in [1]"),
            ("a is not defined", "a is not defined"),
            ("(a ~ '-' ~ b)|upper", "(a ~ '-' ~ b) | upper"),
            ("a - (b - c)", "a - (b - c)"),
            ("-1", "-1"),
            ("(build | int) + 100", "build | int + 100"),
            ("{'a': 1}['a']", "{'a': 1}['a']"),
            ("x[1:-1]", "x[1:-1]"),
            ("\"it's\"", "\"it's\""),
        ] {
            assert_eq!(parse(text).unwrap().print(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_not_an_expression_is_refused() {
        for text in ["", "a b", "(a", "'a", "a[", "f(", "a ? b", "not", &"(".repeat(500)] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
