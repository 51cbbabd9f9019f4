//! A statement that somebody wrote, with our tables in front of it.
//!
//! The engine itself sees to it that nothing is written. Here it is only made sure that there is one statement, that it
//! reads, and that our names mean the same on every engine.

use super::Dialect;
use crate::column::Column;
use crate::error::{Error, Result};
use crate::query::From;
use std::iter::Peekable;
use std::str::CharIndices;

/// A table that a statement may name.
pub(crate) type Named<'t> = (&'t str, From, &'t [Column]);

/// Our columns that are words of the language on servers.
const RESERVED: [&str; 3] = ["key", "read", "rank"];
const ACCEPTED: &str = "one statement that reads is accepted: SELECT …, WITH … SELECT …, VALUES …";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Word,
    /// A name in quotes.
    Name,
    /// A text, or anything else that is left as it is.
    Other,
}

/// A part of the statement, without comments and spaces.
#[derive(Clone, Copy, Debug)]
struct Token<'s> {
    sort: Sort,
    text: &'s str,
    /// Whether a space was before it.
    apart: bool,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.sort == Sort::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether a server may take it for this word: a function's name may be in quotes, and a number ends where its digits
    /// do, so that `1e1INTO` is two words.
    fn may_be(&self, word: &str) -> bool {
        let number = self.text.starts_with(|first: char| first.is_ascii_digit());
        self.is(word)
            || (word == "LOAD_FILE" && self.names(word))
            || (number && self.text.to_ascii_uppercase().contains(word))
    }

    /// Whether it names this table.
    fn names(&self, table: &str) -> bool {
        match self.sort {
            Sort::Word => self.text.eq_ignore_ascii_case(table),
            Sort::Name => {
                self.text.get(1..self.text.len() - 1).is_some_and(|it| it.eq_ignore_ascii_case(table))
            }
            Sort::Other => false,
        }
    }
}

/// The statement, with those of the tables in front that it names.
pub(crate) fn prepared(dialect: Dialect, sql: &str, tables: &[Named<'_>]) -> Result<String> {
    let tokens = tokens(sql)?;
    check(dialect, &tokens)?;
    let with = tokens.first().is_some_and(|token| token.is("WITH"));
    let recursive = with && tokens.get(1).is_some_and(|token| token.is("RECURSIVE"));
    let rest = &tokens[usize::from(with) + usize::from(recursive)..];
    let named = tables
        .iter()
        .filter(|(name, ..)| rest.iter().any(|token| token.names(name)) && !(with && defines(rest, name)));
    let mut parts: Vec<String> =
        named.map(|(name, from, columns)| dialect.common(name, *from, columns)).collect();
    let mut own = String::with_capacity(sql.len());
    for (at, token) in rest.iter().enumerate() {
        if token.apart && at > 0 {
            own.push(' ');
        }
        let call = rest.get(at + 1).is_some_and(|next| next.text == "(");
        let quoted = dialect == Dialect::Mysql
            && token.sort == Sort::Word
            && !call
            && RESERVED.iter().any(|word| token.is(word));
        if quoted {
            own.extend(['"', '"']);
            own.insert_str(own.len() - 1, token.text);
        } else {
            own.push_str(token.text);
        }
    }
    if parts.is_empty() && !with {
        return Ok(own);
    }
    let word = if recursive { "WITH RECURSIVE" } else { "WITH" };
    if with {
        parts.push(own);
        return Ok(format!("{word} {}", parts.join(", ")));
    }
    Ok(format!("{word} {} {own}", parts.join(", ")))
}

/// Whether a statement's own `WITH` gives this name a meaning. One inside brackets counts only there.
fn defines(tokens: &[Token<'_>], name: &str) -> bool {
    let behind = |from: usize| {
        let mut depth = 0;
        let ends = tokens[from..].iter().position(|token| {
            depth += i32::from(token.text == "(") - i32::from(token.text == ")");
            depth == 0
        });
        ends.map_or(tokens.len(), |ends| from + ends + 1)
    };
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    let mut at = 0;
    while at < tokens.len() {
        if is(at, "(") {
            at = behind(at);
            continue;
        }
        // The names of the columns may stand between.
        let next = if is(at + 1, "(") { behind(at + 1) } else { at + 1 };
        if tokens[at].names(name)
            && let Some([second, third, ..]) = tokens.get(next..)
            && second.is("AS")
            && (third.text == "(" || third.is("MATERIALIZED") || third.is("NOT"))
        {
            return true;
        }
        at += 1;
    }
    false
}

fn check(dialect: Dialect, tokens: &[Token<'_>]) -> Result<()> {
    let refused = |what: String| Err(Error::value(format!("query: {what}; {ACCEPTED}")));
    let Some(first) = tokens.first() else { return refused("it is empty".into()) };
    if !["SELECT", "WITH", "VALUES"].iter().any(|word| first.is(word)) {
        let word: String = first.text.chars().take(20).collect();
        return refused(format!("it begins with '{word}'"));
    }
    if tokens.iter().any(|token| token.text == ";") {
        return refused("there is more than one statement".into());
    }
    if dialect != Dialect::Mysql {
        return Ok(());
    }
    // A server takes what follows for a comment.
    if tokens.iter().any(|token| token.text == "#") {
        return refused("it has the character # outside of quotes".into());
    }
    // On a server, a select can write a file or read one, or lock rows.
    let barred = ["INTO", "UPDATE", "SHARE", "LOAD_FILE"];
    match barred.iter().find(|word| tokens.iter().any(|token| token.may_be(word))) {
        Some(word) => refused(format!("it has the word {word}")),
        None => Ok(()),
    }
}

struct Reader<'s> {
    sql: &'s str,
    chars: Peekable<CharIndices<'s>>,
}

impl<'s> Reader<'s> {
    fn at(&mut self) -> usize {
        self.chars.peek().map_or(self.sql.len(), |(at, _)| *at)
    }

    fn skip(&mut self, is_in: impl Fn(char) -> bool) {
        while self.chars.next_if(|(_, char)| is_in(*char)).is_some() {}
    }

    /// Goes behind the next `end`; `false` if there is none.
    fn behind(&mut self, end: &str) -> bool {
        let from = self.at();
        let Some(found) = self.sql[from..].find(end) else { return false };
        let to = from + found + end.len();
        while self.at() < to {
            self.chars.next();
        }
        true
    }

    /// Goes behind spaces and comments; `true` if there were any.
    fn gap(&mut self) -> Result<bool> {
        let from = self.at();
        loop {
            self.skip(char::is_whitespace);
            let rest = &self.sql[self.at()..];
            if rest.starts_with("--") {
                self.skip(|char| char != '\n');
            } else if rest.starts_with("/*") {
                self.chars.next();
                self.chars.next();
                if !self.behind("*/") {
                    return Err(unclosed("a comment"));
                }
            } else {
                return Ok(self.at() > from);
            }
        }
    }

    /// The next token; `None` at the end.
    fn token(&mut self) -> Result<Option<Token<'s>>> {
        let apart = self.gap()?;
        let from = self.at();
        let Some((_, first)) = self.chars.next() else { return Ok(None) };
        let sort = match first {
            '\'' | '"' | '`' => {
                // A quote that is written twice stays inside.
                loop {
                    if !self.behind(first.encode_utf8(&mut [0; 4])) {
                        return Err(unclosed("a quote"));
                    }
                    if self.chars.next_if(|(_, next)| *next == first).is_none() {
                        break;
                    }
                }
                if first == '\'' { Sort::Other } else { Sort::Name }
            }
            '[' => {
                if !self.behind("]") {
                    return Err(unclosed("a bracket"));
                }
                Sort::Name
            }
            _ if is_word(first) => {
                self.skip(is_word);
                if first.is_ascii_digit() { Sort::Other } else { Sort::Word }
            }
            _ => Sort::Other,
        };
        let text = &self.sql[from..self.at()];
        Ok(Some(Token { sort, text, apart }))
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$')
}

fn unclosed(what: &str) -> Error {
    Error::value(format!("query: {what} does not end; {ACCEPTED}"))
}

/// The tokens, without a semicolon at the end.
fn tokens(sql: &str) -> Result<Vec<Token<'_>>> {
    if sql.contains('\0') {
        return Err(Error::value(format!("query: it has a character U+0000; {ACCEPTED}")));
    }
    let mut reader = Reader { sql, chars: sql.char_indices().peekable() };
    let mut tokens = Vec::new();
    while let Some(token) = reader.token()? {
        tokens.push(token);
    }
    while tokens.last().is_some_and(|last| last.text == ";") {
        tokens.pop();
    }
    Ok(tokens)
}
