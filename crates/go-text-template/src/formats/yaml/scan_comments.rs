//! How the scanner finds comments, and what it takes them to belong to at first.

use super::comments::Comment;
use super::scanner::Scanner;
use super::token::TokenKind;
use super::{Error, Mark};

/// As far as go-yaml looks for a comment, in bytes.
const FARTHEST: usize = 512;

impl Scanner<'_> {
    /// The token that a comment on this line would belong to.
    pub(super) fn comment_owner(&self) -> Mark {
        let in_flow = self.flow_level > 0;
        let belongs_to_last = self.byte(0) == if in_flow { b',' } else { b':' };
        self.queue.back().filter(|_| belongs_to_last).map_or(self.mark, |token| token.start)
    }

    /// Keeps the comment that stands behind the last token on its line.
    pub(super) fn scan_comment_behind_token(&mut self, owner: Mark) -> Result<(), Error> {
        if self.comments.is_none() {
            return Ok(());
        }
        // Behind a dash, it becomes a head of what follows.
        if self.queue.back().is_some_and(|token| token.kind == TokenKind::BlockEntry) {
            return Ok(());
        }
        self.scan_line_comment(owner)
    }

    /// Keeps the comment on the rest of this line, if there is one.
    pub(super) fn scan_line_comment(&mut self, token: Mark) -> Result<(), Error> {
        if self.line_breaks_before() > 0 {
            return Ok(());
        }
        let mut ahead = 0;
        self.need(1)?;
        while ahead < FARTHEST && self.is_blank(ahead) {
            ahead += 1;
            self.need(ahead + 1)?;
        }
        if ahead == FARTHEST || self.byte(ahead) != b'#' {
            return Ok(());
        }
        let (start, line) = self.read_comment_line(ahead)?;
        self.keep(Comment { token, start, line, ..Comment::default() });
        Ok(())
    }

    /// Reads the comment that begins `ahead` bytes from here, up to the end of its line.
    fn read_comment_line(&mut self, ahead: usize) -> Result<(Mark, Vec<u8>), Error> {
        let begin = self.mark.index + ahead;
        let mut text = Vec::new();
        self.need(1)?;
        while self.mark.index < begin {
            if self.is_break(0) {
                self.need(2)?;
                self.skip_line();
            } else {
                self.skip();
            }
            self.need(1)?;
        }
        let start = self.mark;
        while !self.is_breakz(0) {
            self.read(&mut text);
            self.need(1)?;
        }
        Ok((start, text))
    }

    fn keep(&mut self, comment: Comment) {
        if let Some(comments) = &mut self.comments {
            comments.list.push(comment);
        }
    }

    /// The number of line breaks in the white space that ends here.
    fn line_breaks_before(&self) -> usize {
        let mut text = &self.input.text()[..self.mark.offset.min(self.input.text().len())];
        let mut count = 0;
        loop {
            text = match text {
                [rest @ .., b' ' | b'\t'] => {
                    text = rest;
                    continue;
                }
                [rest @ .., b'\r', b'\n'] => rest,
                [rest @ .., b'\r' | b'\n'] => rest,
                [rest @ .., 0xc2, 0x85] => rest,
                [rest @ .., 0xe2, 0x80, 0xa8 | 0xa9] => rest,
                _ => return count,
            };
            count += 1;
        }
    }

    /// Goes over the comments here; the white space around them began at `before`.
    pub(super) fn skip_or_keep_comments(&mut self, before: Mark) -> Result<(), Error> {
        if self.comments.is_none() {
            return self.skip_comment();
        }
        self.move_comment_behind_dash();
        if self.byte(0) == b'#' { self.scan_comments(before) } else { Ok(()) }
    }

    /// A comment behind a dash, with the first entry on a line of its own, is a head of the entry:
    ///
    /// ```yaml
    /// - # this
    ///   - that
    /// ```
    fn move_comment_behind_dash(&mut self) {
        let [.., a, b] = self.queue.make_contiguous() else { return };
        let is_first = a.kind == TokenKind::BlockSequenceStart && b.kind == TokenKind::BlockEntry;
        let (here, is_break) = (self.mark, self.is_break(0));
        let Some(comments) = &mut self.comments else { return };
        let Some(comment) = comments.list.last_mut() else { return };
        if !is_first || comment.line.is_empty() || is_break {
            return;
        }
        comment.head = std::mem::take(&mut comment.line);
        if comment.start.line + 1 == here.line {
            comment.token = here;
        }
    }

    /// Keeps the comments from here to the next token: those up to an empty line may be feet of
    /// what stands before, the others are heads of what follows.
    fn scan_comments(&mut self, before: Mark) -> Result<(), Error> {
        let Some(prior) = self.token_before_comments() else { return Ok(()) };
        let behind_value = prior.0 == TokenKind::Value;
        let breaks = self.line_breaks_before();
        let foot_line = self.foot_line(before, breaks);
        let mut block = Block { scan: before, token: prior.1, ..Block::default() };
        let mut first_empty = breaks <= 1;
        let mut recent_empty = false;
        let (mut line, mut column) = (self.mark.line, self.mark.column);
        let mut next_indent = self.indent.max(0) as usize;
        let mut ahead = 0;
        while ahead < FARTHEST {
            self.need(ahead + 1)?;
            column += 1;
            if self.is_blank(ahead) {
                ahead += 1;
                continue;
            }
            let byte = self.byte(ahead);
            let here = Mark { offset: 0, index: self.mark.index + ahead, line, column };
            let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
            let dedented = block.start.column < next_indent + 1;
            if closes || self.is_breakz(ahead) {
                if closes || !recent_empty {
                    let is_foot = block.start.line == foot_line && !behind_value || dedented;
                    if closes || first_empty && is_foot {
                        if dedented && !block.text.is_empty() {
                            block.token = block.start;
                        }
                        self.keep_foot(&mut block, here);
                    } else if !block.text.is_empty() && byte != 0 {
                        block.text.push(b'\n');
                    }
                }
                if !self.is_break(ahead) {
                    break;
                }
                (first_empty, recent_empty) = (false, true);
                column = 0;
                line += 1;
                ahead += 1;
                continue;
            }
            // At another column, it belongs to what stands before.
            if column < next_indent + 1 && column != block.start.column {
                self.keep_foot(&mut block, here);
            }
            if byte != b'#' {
                break;
            }
            if block.text.is_empty() {
                block.start = here;
            } else {
                block.text.push(b'\n');
            }
            recent_empty = false;
            block.text.extend(self.read_comment_line(ahead)?.1);
            // The line break is not looked at, so the next line begins at one.
            ahead = 1;
            column = 0;
            line = self.mark.line;
            next_indent = self.indent.max(0) as usize;
        }
        if block.text.is_empty() {
            return Ok(());
        }
        let end = Mark { offset: 0, index: self.mark.index + ahead - 1, line, column };
        let Block { scan, start, text: head, .. } = block;
        self.keep(Comment { scan, token: start, start, end, head, ..Comment::default() });
        Ok(())
    }

    /// The token that comments here may be feet of.
    fn token_before_comments(&mut self) -> Option<(TokenKind, Mark)> {
        let token = match self.queue.make_contiguous() {
            [.., prior, last] if last.kind == TokenKind::FlowEntry => prior,
            [.., last] => last,
            [] => return None,
        };
        Some((token.kind.clone(), token.start))
    }

    /// The line on which a comment still is a foot of what stands before; on no line, if that is
    /// the start of the text.
    fn foot_line(&self, before: Mark, breaks: usize) -> usize {
        if before.line == 0 {
            return usize::MAX;
        }
        let below = usize::from(breaks == 0 && self.mark.column > 1);
        (self.mark.line + 1 + below).saturating_sub(breaks)
    }

    /// Keeps the lines of `block`, which end at `end`, as a foot, and begins a new one.
    fn keep_foot(&mut self, block: &mut Block, end: Mark) {
        if block.text.is_empty() {
            return;
        }
        let Block { scan, token, start, ref mut text } = *block;
        let foot = std::mem::take(text);
        self.keep(Comment { scan, token, start, end, foot, ..Comment::default() });
        block.scan = end;
        block.token = end;
    }

    /// Where the block that is closed ends, so that the comments behind it which are indented like
    /// it do not belong to it; none if comments are not kept.
    pub(super) fn end_before_foot_comments(&self, mut end: Mark) -> Option<Mark> {
        let comments = self.comments.as_ref()?;
        let mut stop = end.index;
        for comment in comments.list.iter().rev() {
            if comment.end.index < stop {
                break;
            }
            if comment.start.column as isize == self.indent + 1 {
                end = comment.start;
            }
            stop = comment.scan.index;
        }
        Some(end)
    }
}

/// The lines of comments at hand.
#[derive(Debug, Default)]
struct Block {
    scan: Mark,
    token: Mark,
    start: Mark,
    text: Vec<u8>,
}
