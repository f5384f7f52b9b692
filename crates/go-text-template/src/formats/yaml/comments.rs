//! Comments, found by the scanner and handed out with the tokens that they belong to, by the rules
//! of go-yaml v3.
//!
//! A comment is a head of what follows it, a foot of what it follows, or stands on the line of a
//! token. Which of these it is depends on empty lines and on its column; what is guessed wrong at
//! first is moved when the next tokens are known.

use super::Mark;
use super::token::TokenKind;

/// The comments of a text.
#[derive(Debug, Default)]
pub(super) struct Comments {
    pub(super) list: Vec<Comment>,
    /// How many of them have been handed out.
    taken: usize,
}

/// Some lines of comments, and what they belong to.
#[derive(Debug, Default)]
pub(super) struct Comment {
    /// Where the white space began in which it was found.
    pub(super) scan: Mark,
    /// Where the token begins that it belongs to.
    pub(super) token: Mark,
    pub(super) start: Mark,
    pub(super) end: Mark,
    pub(super) head: Vec<u8>,
    pub(super) line: Vec<u8>,
    pub(super) foot: Vec<u8>,
}

/// Comments that belong to one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommentSet {
    /// On the lines above it.
    pub(super) head: Vec<u8>,
    /// On its line.
    pub(super) line: Vec<u8>,
    /// On the lines below it.
    pub(super) foot: Vec<u8>,
}

impl Comments {
    /// Adds to `set` what belongs to the token of that kind that begins at `start`, or to what
    /// stands before it.
    pub(super) fn take_for(&mut self, kind: &TokenKind, start: Mark, set: &mut CommentSet) {
        while let Some(comment) = self.list.get_mut(self.taken) {
            if start.index < comment.token.index {
                return;
            }
            // No head belongs to an end; it is kept for what follows.
            if !comment.head.is_empty() && *kind == TokenKind::BlockEnd {
                return;
            }
            append_lines(&mut set.head, &comment.head);
            append_lines(&mut set.foot, &comment.foot);
            append_lines(&mut set.line, &comment.line);
            *comment = Comment::default();
            self.taken += 1;
        }
    }
}

fn append_lines(lines: &mut Vec<u8>, more: &[u8]) {
    if more.is_empty() {
        return;
    }
    if !lines.is_empty() {
        lines.push(b'\n');
    }
    lines.extend_from_slice(more);
}
