//! Tokens to events: the grammar of YAML as a machine whose states stand on a stack.
//!
//! ```text
//! stream      = StreamStart document* StreamEnd
//! document    = DocumentStart node DocumentEnd
//! node        = Alias | Scalar | SequenceStart node* SequenceEnd
//!             | MappingStart (node node)* MappingEnd
//! ```

use super::comments::{CommentSet, Comments};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use super::{Error, Mark, ScalarStyle};

/// Something that happens in a document, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happens.
    pub kind: EventKind,
    /// Where it begins, anchor and tag included.
    pub start: Mark,
    /// Where it ends.
    pub end: Mark,
}

/// What happens in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The text begins.
    StreamStart,
    /// The text ends.
    StreamEnd,
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// `*name`.
    Alias(Vec<u8>),
    /// A scalar; also an empty one where nothing is written.
    Scalar(Scalar),
    /// A list begins.
    SequenceStart(Properties),
    /// A list ends.
    SequenceEnd,
    /// A map begins; its keys and values follow by turns.
    MappingStart(Properties),
    /// A map ends.
    MappingEnd,
}

/// A scalar as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// Anchor and tag.
    pub properties: Properties,
    /// The text without quotes, escapes and folds.
    pub value: Vec<u8>,
    /// How it is written.
    pub style: ScalarStyle,
    /// True if the text alone decides about the type: plain without a tag, or tagged `!`.
    pub implicit: bool,
}

/// What can stand before a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    /// `&name`; empty if there is none.
    pub anchor: Vec<u8>,
    /// The tag in its long form; empty if there is none.
    pub tag: Vec<u8>,
    /// True for a collection in brackets.
    pub flow: bool,
}

/// Where the parser is in the grammar: what it expects next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Which nodes are allowed at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Flow,
    Block,
    /// A block node or a list whose dashes are not indented.
    BlockOrIndentless,
}

/// Hands out the events of a text one by one.
#[derive(Debug)]
pub struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    /// What to expect when the node at hand is complete.
    states: Vec<State>,
    /// Where the open collections begin.
    marks: Vec<Mark>,
    /// Tag handles and what they stand for, in this document.
    tag_directives: Vec<(Vec<u8>, Vec<u8>)>,
    /// The comments that no event has got yet, if comments are kept.
    notes: Option<Box<Notes>>,
}

/// Comments on their way from the scanner to the events.
#[derive(Debug, Default)]
struct Notes {
    waiting: CommentSet,
    /// The head of a list entry that is itself a collection.
    stem: Vec<u8>,
    /// Those of the last event.
    of_event: CommentSet,
}

impl<'t> Parser<'t> {
    /// A parser of `text`.
    pub fn new(text: &'t [u8]) -> Self {
        Self {
            scanner: Scanner::new(text),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tag_directives: Vec::new(),
            notes: None,
        }
    }

    /// A parser of `text` that keeps comments.
    pub(super) fn with_comments(text: &'t [u8]) -> Self {
        let mut parser = Self::new(text);
        parser.scanner.comments = Some(Box::<Comments>::default());
        parser.notes = Some(Box::default());
        parser
    }

    /// The comments of the last event.
    pub(super) fn take_comments(&mut self) -> CommentSet {
        self.notes.as_mut().map(|notes| std::mem::take(&mut notes.of_event)).unwrap_or_default()
    }

    /// The next event; after `StreamEnd` only more of them.
    pub fn next_event(&mut self) -> Result<Event, Error> {
        if let Some(notes) = &mut self.notes {
            notes.of_event = CommentSet::default();
        }
        match self.state {
            State::StreamStart => self.stream_start(),
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Context::Block),
            State::BlockSequenceFirstEntry => self.block_sequence_entry(true),
            State::BlockSequenceEntry => self.block_sequence_entry(false),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirstKey => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowSequencePairKey => self.flow_sequence_pair_key(),
            State::FlowSequencePairValue => self.flow_sequence_pair_value(),
            State::FlowSequencePairEnd => self.flow_sequence_pair_end(),
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => self.flow_mapping_empty_value(),
            State::End => Ok(self.event(EventKind::StreamEnd, self.scanner.mark)),
        }
    }

    fn peek(&mut self) -> Result<(&TokenKind, Mark), Error> {
        if let Some(notes) = &mut self.notes {
            self.scanner.peek()?;
            self.scanner.take_comments(&mut notes.waiting);
        }
        let token = self.scanner.peek()?;
        Ok((&token.kind, token.start))
    }

    /// The event at hand gets the comments that wait for one.
    fn give_comments(&mut self) {
        if let Some(notes) = &mut self.notes {
            notes.of_event = std::mem::take(&mut notes.waiting);
            notes.stem.clear();
        }
    }

    /// The event at hand, which begins a block collection, gets what is the head of it and not of
    /// its first entry.
    fn give_stem(&mut self) {
        if let Some(notes) = &mut self.notes {
            notes.of_event.head = std::mem::take(&mut notes.stem);
        }
    }

    /// The size of the head that waits.
    fn head_size(&self) -> usize {
        self.notes.as_ref().map_or(0, |notes| notes.waiting.head.len())
    }

    /// Behind a dash, in front of which a head of `size` bytes was waiting: if a collection follows,
    /// this head is the collection's, and only what is behind the dash is that of its first entry.
    fn split_stem(&mut self, size: usize) -> Result<(), Error> {
        if size == 0 {
            return Ok(());
        }
        let kind = self.peek()?.0;
        if !matches!(kind, TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart) {
            return Ok(());
        }
        if let Some(notes) = &mut self.notes {
            let rest = notes.waiting.head.split_off(size);
            let rest = rest.get(1..).unwrap_or_default().to_vec();
            notes.stem = std::mem::replace(&mut notes.waiting.head, rest);
        }
        Ok(())
    }

    /// What is above an empty line in the head that waits is the document's.
    fn give_document_head(&mut self) {
        let Some(notes) = &mut self.notes else { return };
        let head = &mut notes.waiting.head;
        for at in (1..head.len()).rev().filter(|&at| head[at] == b'\n') {
            let end = match head[at - 1] {
                _ if at == head.len() - 1 => at,
                b'\n' => at - 1,
                _ => continue,
            };
            let rest = head.split_off(at + 1);
            head.truncate(end);
            notes.of_event.head = std::mem::replace(head, rest);
            return;
        }
    }

    fn take(&mut self) -> Token {
        self.scanner.take()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn event(&self, kind: EventKind, mark: Mark) -> Event {
        Event { kind, start: mark, end: mark }
    }

    /// The event of the token at hand, which is taken.
    fn event_of_token(&mut self, kind: EventKind) -> Event {
        let token = self.take();
        Event { kind, start: token.start, end: token.end }
    }

    /// An empty scalar where a node was left out.
    fn empty_scalar(&self, mark: Mark) -> Event {
        let scalar = Scalar {
            properties: Properties::default(),
            value: Vec::new(),
            style: ScalarStyle::Plain,
            implicit: true,
        };
        self.event(EventKind::Scalar(scalar), mark)
    }

    /// Goes on with the node at hand, and with `next` behind it.
    fn node_then(&mut self, next: State, context: Context) -> Result<Event, Error> {
        self.states.push(next);
        self.node(context)
    }

    /// Leaves out the node at hand and goes on with `next`.
    fn empty_then(&mut self, next: State, mark: Mark) -> Result<Event, Error> {
        self.state = next;
        Ok(self.empty_scalar(mark))
    }

    /// Takes the token that opens a collection and remembers where that is.
    fn open(&mut self) -> Result<(), Error> {
        self.peek()?;
        let start = self.take().start;
        self.marks.push(start);
        Ok(())
    }

    /// Takes the token that closes a collection.
    fn close(&mut self, kind: EventKind) -> Event {
        self.pop_state();
        self.marks.pop();
        self.event_of_token(kind)
    }

    /// The token at `place` does not fit the collection that is open.
    fn fail(&self, text: &'static str, place: Mark) -> Result<Event, Error> {
        Err(Error::parser(self.marks.last().copied(), text, place))
    }
}

/// Stream and documents.
impl Parser<'_> {
    fn stream_start(&mut self) -> Result<Event, Error> {
        self.peek()?;
        self.state = State::ImplicitDocumentStart;
        Ok(self.event_of_token(EventKind::StreamStart))
    }

    fn document_start(&mut self, implicit: bool) -> Result<Event, Error> {
        while !implicit && *self.peek()?.0 == TokenKind::DocumentEnd {
            self.take();
        }
        let (kind, start) = self.peek()?;
        match kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                Ok(self.event_of_token(EventKind::StreamEnd))
            }
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart => self.explicit_document_start(start),
            _ if !implicit => self.explicit_document_start(start),
            _ => {
                self.process_directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                self.give_document_head();
                Ok(self.event(EventKind::DocumentStart, start))
            }
        }
    }

    fn explicit_document_start(&mut self, start: Mark) -> Result<Event, Error> {
        self.process_directives()?;
        let (kind, place) = self.peek()?;
        if *kind != TokenKind::DocumentStart {
            let complaint = "did not find expected <document start>";
            return Err(Error::parser(None, complaint, place));
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        let event = self.event_of_token(EventKind::DocumentStart);
        Ok(Event { start, ..event })
    }

    fn document_content(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        match kind {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(self.empty_scalar(start))
            }
            _ => self.node(Context::Block),
        }
    }

    fn document_end(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        let explicit = *kind == TokenKind::DocumentEnd;
        self.tag_directives.clear();
        self.state = State::DocumentStart;
        let event = match explicit {
            true => self.event_of_token(EventKind::DocumentEnd),
            false => self.event(EventKind::DocumentEnd, start),
        };
        self.give_comments();
        if let Some(CommentSet { head, foot, .. }) = self.notes.as_mut().map(|n| &mut n.of_event)
            && foot.is_empty()
        {
            std::mem::swap(head, foot);
        }
        Ok(event)
    }

    fn process_directives(&mut self) -> Result<(), Error> {
        let mut version_seen = false;
        loop {
            let (kind, start) = self.peek()?;
            match kind {
                TokenKind::VersionDirective { .. } if version_seen => {
                    return Err(Error::parser(None, "found duplicate %YAML directive", start));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => version_seen = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(Error::parser(None, "found incompatible YAML document", start));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let directive = (handle.clone(), prefix.clone());
                    self.define_tag(directive, start)?;
                }
                _ => break,
            }
            self.take();
        }
        for (handle, prefix) in [("!", "!"), ("!!", LONG_TAG)] {
            if self.tag_prefix(handle.as_bytes()).is_none() {
                self.tag_directives.push((handle.into(), prefix.into()));
            }
        }
        Ok(())
    }

    fn define_tag(&mut self, directive: (Vec<u8>, Vec<u8>), place: Mark) -> Result<(), Error> {
        if self.tag_prefix(&directive.0).is_some() {
            return Err(Error::parser(None, "found duplicate %TAG directive", place));
        }
        self.tag_directives.push(directive);
        Ok(())
    }

    fn tag_prefix(&self, handle: &[u8]) -> Option<&[u8]> {
        let directive = self.tag_directives.iter().find(|(known, _)| known == handle);
        directive.map(|(_, prefix)| prefix.as_slice())
    }
}

/// What `!!` stands for.
pub(super) const LONG_TAG: &str = "tag:yaml.org,2002:";

/// Nodes.
impl Parser<'_> {
    fn node(&mut self, context: Context) -> Result<Event, Error> {
        if let (TokenKind::Alias(_), _) = self.peek()? {
            self.pop_state();
            self.give_comments();
            let token = self.take();
            let TokenKind::Alias(name) = token.kind else {
                unreachable!("an alias was peeked at");
            };
            return Ok(Event { kind: EventKind::Alias(name), start: token.start, end: token.end });
        }
        let mut head = self.node_head()?;
        let (kind, place) = self.peek()?;
        let in_block = context != Context::Flow;
        let state = match kind {
            TokenKind::Scalar { .. } => return Ok(self.scalar(head)),
            TokenKind::BlockEntry if context == Context::BlockOrIndentless => {
                State::IndentlessSequenceEntry
            }
            TokenKind::FlowSequenceStart => State::FlowSequenceFirstEntry,
            TokenKind::FlowMappingStart => State::FlowMappingFirstKey,
            TokenKind::BlockSequenceStart if in_block => State::BlockSequenceFirstEntry,
            TokenKind::BlockMappingStart if in_block => State::BlockMappingFirstKey,
            _ if head.properties != Properties::default() => return Ok(self.empty_node(head)),
            _ => {
                let complaint = "did not find expected node content";
                return Err(Error::parser(Some(head.start), complaint, place));
            }
        };
        self.state = state;
        match state {
            State::FlowSequenceFirstEntry | State::FlowMappingFirstKey => self.give_comments(),
            State::IndentlessSequenceEntry => {}
            _ => self.give_stem(),
        }
        head.properties.flow =
            matches!(state, State::FlowSequenceFirstEntry | State::FlowMappingFirstKey);
        let end = self.scanner.peek()?.end;
        let kind = match state {
            State::FlowMappingFirstKey | State::BlockMappingFirstKey => {
                EventKind::MappingStart(head.properties)
            }
            _ => EventKind::SequenceStart(head.properties),
        };
        Ok(Event { kind, start: head.start, end })
    }

    /// Reads anchor and tag, in either order.
    fn node_head(&mut self) -> Result<NodeHead, Error> {
        let start = self.peek()?.1;
        let mut head = NodeHead { properties: Properties::default(), start, end: start };
        let mut tag = None;
        let (mut anchor_seen, mut tag_seen) = (false, false);
        loop {
            match self.peek()?.0 {
                TokenKind::Anchor(_) if !anchor_seen => anchor_seen = true,
                TokenKind::Tag { .. } if !tag_seen => tag_seen = true,
                _ => break,
            }
            let token = self.take();
            head.end = token.end;
            match token.kind {
                TokenKind::Anchor(name) => head.properties.anchor = name,
                TokenKind::Tag { handle, suffix } => tag = Some((handle, suffix, token.start)),
                _ => unreachable!("only these two are taken"),
            }
        }
        if let Some((handle, suffix, place)) = tag {
            head.properties.tag = self.long_tag(&handle, suffix, head.start, place)?;
        }
        Ok(head)
    }

    fn long_tag(
        &self,
        handle: &[u8],
        suffix: Vec<u8>,
        start: Mark,
        place: Mark,
    ) -> Result<Vec<u8>, Error> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.tag_prefix(handle) {
            Some(prefix) if prefix.len() + suffix.len() > 0 => Ok([prefix, &suffix].concat()),
            _ => Err(Error::parser(Some(start), "found undefined tag handle", place)),
        }
    }

    fn scalar(&mut self, head: NodeHead) -> Event {
        self.pop_state();
        self.give_comments();
        let token = self.take();
        let TokenKind::Scalar { value, style } = token.kind else {
            unreachable!("a scalar was peeked at");
        };
        let implicit = match head.properties.tag.as_slice() {
            b"" => style == ScalarStyle::Plain,
            tag => tag == b"!",
        };
        let scalar = Scalar { properties: head.properties, value, style, implicit };
        Event { kind: EventKind::Scalar(scalar), start: head.start, end: token.end }
    }

    /// A node of which there are only anchor and tag.
    fn empty_node(&mut self, head: NodeHead) -> Event {
        self.pop_state();
        let implicit = head.properties.tag.is_empty();
        let (value, style) = (Vec::new(), ScalarStyle::Plain);
        let scalar = Scalar { properties: head.properties, value, style, implicit };
        Event { kind: EventKind::Scalar(scalar), start: head.start, end: head.end }
    }
}

/// Anchor and tag of a node, and where they are.
struct NodeHead {
    properties: Properties,
    start: Mark,
    end: Mark,
}

/// Block collections.
impl Parser<'_> {
    fn block_sequence_entry(&mut self, first: bool) -> Result<Event, Error> {
        if first {
            self.open()?;
        }
        let (kind, place) = self.peek()?;
        match kind {
            TokenKind::BlockEntry => {
                let head_size = self.head_size();
                let end = self.take().end;
                self.split_stem(head_size)?;
                match self.peek()?.0 {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => {
                        self.empty_then(State::BlockSequenceEntry, end)
                    }
                    _ => self.node_then(State::BlockSequenceEntry, Context::Block),
                }
            }
            TokenKind::BlockEnd => Ok(self.close(EventKind::SequenceEnd)),
            _ => self.fail("did not find expected '-' indicator", place),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        if *kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(self.event(EventKind::SequenceEnd, start));
        }
        let head_size = self.head_size();
        let end = self.take().end;
        self.split_stem(head_size)?;
        match self.peek()?.0 {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty_then(State::IndentlessSequenceEntry, end)
            }
            _ => self.node_then(State::IndentlessSequenceEntry, Context::Block),
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Result<Event, Error> {
        if first {
            self.open()?;
        }
        let (kind, place) = self.peek()?;
        match kind {
            TokenKind::Key => self.after_block_indicator(State::BlockMappingValue),
            TokenKind::BlockEnd => {
                self.give_comments();
                Ok(self.close(EventKind::MappingEnd))
            }
            _ => self.fail("did not find expected key", place),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        match kind {
            TokenKind::Value => self.after_block_indicator(State::BlockMappingKey),
            _ => self.empty_then(State::BlockMappingKey, start),
        }
    }

    /// The key behind `?`, or the value behind `:`.
    fn after_block_indicator(&mut self, next: State) -> Result<Event, Error> {
        let end = self.take().end;
        match self.peek()?.0 {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.empty_then(next, end),
            _ => self.node_then(next, Context::BlockOrIndentless),
        }
    }
}

/// Flow collections.
impl Parser<'_> {
    fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, Error> {
        if first {
            self.open()?;
        } else if let (TokenKind::FlowEntry, _) = self.peek()? {
            self.take();
        } else if let (kind, place) = self.peek()?
            && *kind != TokenKind::FlowSequenceEnd
        {
            return self.fail("did not find expected ',' or ']'", place);
        }
        match self.peek()?.0 {
            TokenKind::FlowSequenceEnd => {
                self.give_comments();
                Ok(self.close(EventKind::SequenceEnd))
            }
            TokenKind::Key => {
                self.state = State::FlowSequencePairKey;
                let properties = Properties { flow: true, ..Properties::default() };
                Ok(self.event_of_token(EventKind::MappingStart(properties)))
            }
            _ => self.node_then(State::FlowSequenceEntry, Context::Flow),
        }
    }

    fn flow_sequence_pair_key(&mut self) -> Result<Event, Error> {
        match self.peek()?.0 {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // The token is lost here, in libyaml as in Go.
                let end = self.take().end;
                self.empty_then(State::FlowSequencePairValue, end)
            }
            _ => self.node_then(State::FlowSequencePairValue, Context::Flow),
        }
    }

    fn flow_sequence_pair_value(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        if *kind == TokenKind::Value {
            self.take();
            match self.peek()?.0 {
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {}
                _ => return self.node_then(State::FlowSequencePairEnd, Context::Flow),
            }
        }
        self.empty_then(State::FlowSequencePairEnd, start)
    }

    fn flow_sequence_pair_end(&mut self) -> Result<Event, Error> {
        let start = self.peek()?.1;
        self.state = State::FlowSequenceEntry;
        Ok(self.event(EventKind::MappingEnd, start))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Result<Event, Error> {
        if first {
            self.open()?;
        } else if let (TokenKind::FlowEntry, _) = self.peek()? {
            self.take();
        } else if let (kind, place) = self.peek()?
            && *kind != TokenKind::FlowMappingEnd
        {
            return self.fail("did not find expected ',' or '}'", place);
        }
        match self.peek()?.0 {
            TokenKind::FlowMappingEnd => {
                self.give_comments();
                Ok(self.close(EventKind::MappingEnd))
            }
            TokenKind::Key => {
                self.take();
                let (kind, start) = self.peek()?;
                match kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        self.empty_then(State::FlowMappingValue, start)
                    }
                    _ => self.node_then(State::FlowMappingValue, Context::Flow),
                }
            }
            _ => self.node_then(State::FlowMappingEmptyValue, Context::Flow),
        }
    }

    fn flow_mapping_empty_value(&mut self) -> Result<Event, Error> {
        let start = self.peek()?.1;
        self.empty_then(State::FlowMappingKey, start)
    }

    fn flow_mapping_value(&mut self) -> Result<Event, Error> {
        let (kind, start) = self.peek()?;
        if *kind == TokenKind::Value {
            self.take();
            match self.peek()?.0 {
                TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {}
                _ => return self.node_then(State::FlowMappingKey, Context::Flow),
            }
        }
        self.empty_then(State::FlowMappingKey, start)
    }
}
