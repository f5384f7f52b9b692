//! A world in which nothing is left to chance: what templates draw depends on a seed, or on what a
//! file has recorded, and on the place of the call.
//!
//! A place is the release, the chain of calls from the template file down to the function, and how
//! often that chain has asked before. A link of the chain is known by the file, the definition, the
//! text of the line that the call stands on, and where on that line; so lines above, below and
//! around it may come and go, and it still draws the same.

use bstr::BStr;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;

use go_text_template::data::Str;
use go_text_template::dates::Zone;
use go_text_template::diagnostics::{Source, Span};
use go_text_template::template::{Call, Template, Watcher, World};

/// What the clock of a seeded world shows if nobody says otherwise: the start of 2026.
pub const DEFAULT_MOMENT: i64 = 1_767_225_600;

/// Where randomness and time come from.
pub enum Origin<'w> {
    /// Everything from this text, and the clock stands at the moment.
    Seed {
        /// The text.
        seed: String,
        /// Seconds since 1970.
        moment: i64,
    },
    /// From what is recorded; new places draw from the machine once, and are recorded.
    Record {
        /// What has been recorded, by the keys of places.
        known: BTreeMap<String, Record>,
        /// The machine.
        machine: &'w (dyn World + Sync),
    },
}

/// What is recorded of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it was, for people.
    pub place: String,
    /// What its randomness comes from: 32 bytes in hexadecimal.
    pub seed: String,
    /// What its clock shows, in seconds since 1970.
    pub moment: i64,
}

/// A call that would give something else every time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The template and the line, and the line that led there.
    pub place: String,
    /// The function.
    pub function: String,
    /// Whether it asked for the time.
    pub time: bool,
}

/// A world that answers the same every time.
pub struct Repeatable<'w> {
    origin: Origin<'w>,
    /// What tells this release from others.
    release: Vec<u8>,
    state: Mutex<State>,
}

/// What has happened so far.
#[derive(Default)]
struct State {
    frames: Vec<Frame>,
    /// How often each chain of calls has asked.
    counts: HashMap<Vec<u8>, u64>,
    asked: Vec<Asked>,
    recorded: BTreeMap<String, Record>,
    /// How much was drawn outside of templates.
    outside: u64,
}

/// A call under way.
struct Frame {
    template: Template,
    span: Span,
    name: Str,
    /// What it draws from, once it has asked.
    drawing: Option<Drawing>,
}

/// A sequence of random bytes.
#[derive(Clone)]
struct Drawing {
    key: Vec<u8>,
    moment: i64,
    /// Blocks drawn so far.
    block: u64,
    asked_time: bool,
    asked_random: bool,
}

impl<'w> Repeatable<'w> {
    /// A world for the release `name` in `namespace`.
    pub fn new(origin: Origin<'w>, name: &[u8], namespace: &[u8]) -> Self {
        let release = [name, b"\0", namespace, b"\0"].concat();
        Self { origin, release, state: Mutex::default() }
    }

    /// The calls that asked for randomness or the time, each place once.
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// What a file has to record: what was known, and what is new.
    pub fn records(&self) -> BTreeMap<String, Record> {
        let mut records = match &self.origin {
            Origin::Record { known, .. } => known.clone(),
            Origin::Seed { .. } => BTreeMap::new(),
        };
        records.extend(self.state().recorded.clone());
        records
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `ask` with what the innermost call draws from.
    fn drawing<R>(&self, time: bool, ask: impl FnOnce(&mut Drawing) -> R) -> R {
        let mut state = self.state();
        let State { frames, counts, asked, recorded, outside } = &mut *state;
        let Some((frame, callers)) = frames.split_last_mut() else {
            *outside += 1;
            let chain = [b"outside ", &outside.to_be_bytes()[..]].concat();
            return ask(&mut self.begin(&chain, "the command line", recorded));
        };
        if frame.drawing.is_none() {
            let chain: Vec<u8> = callers.iter().chain([&*frame]).flat_map(Frame::link).collect();
            let times = counts.entry(chain.clone()).or_default();
            *times += 1;
            let chain = [&chain[..], &times.to_be_bytes()].concat();
            let title = format!("{} {}", frame.place(callers), frame.name);
            frame.drawing = Some(self.begin(&chain, &title, recorded));
        }
        let drawing = frame.drawing.as_mut().expect("made above");
        let known = if time { &mut drawing.asked_time } else { &mut drawing.asked_random };
        if !std::mem::replace(known, true) {
            let place = frame.place(callers);
            let new = Asked { place, function: frame.name.to_string(), time };
            if !asked.contains(&new) {
                asked.push(new);
            }
        }
        ask(frame.drawing.as_mut().expect("made above"))
    }

    fn begin(&self, chain: &[u8], title: &str, recorded: &mut BTreeMap<String, Record>) -> Drawing {
        let place = digest(&SHA256, &[&self.release, chain].concat());
        let (key, moment) = match &self.origin {
            Origin::Seed { seed, moment } => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_bytes());
                (hmac::sign(&key, place.as_ref()).as_ref().to_vec(), *moment)
            }
            Origin::Record { known, machine } => {
                let name = HEXLOWER.encode(&place.as_ref()[..16]);
                let record = known.get(&name).cloned().unwrap_or_else(|| fresh(*machine, title));
                recorded.insert(name, record.clone());
                (HEXLOWER.decode(record.seed.as_bytes()).unwrap_or_default(), record.moment)
            }
        };
        Drawing { key, moment, block: 0, asked_time: false, asked_random: false }
    }
}

fn fresh(machine: &dyn World, title: &str) -> Record {
    let mut seed = [0; 32];
    machine.fill_random(&mut seed);
    Record { place: title.to_owned(), seed: HEXLOWER.encode(&seed), moment: machine.now().0 }
}

impl Frame {
    /// The line of the call, and that of the outermost call if it is in another file.
    fn place(&self, callers: &[Self]) -> String {
        match callers.first() {
            Some(first) if first.template.file_name() != self.template.file_name() => {
                format!("{} (called at {})", self.line(), first.line())
            }
            _ => self.line(),
        }
    }

    fn line(&self) -> String {
        let source = Source::new("", self.template.text());
        let line = source.line_column(self.span.start).line;
        format!("{}:{line}", self.template.file_name())
    }

    /// What tells this call from others, wherever it moves.
    fn link(&self) -> Vec<u8> {
        let source = Source::new("", self.template.text());
        let at = source.line_column(self.span.start);
        let line = source.line(at.line).unwrap_or_default();
        let indentation = line.len() - line.trim_ascii_start().len();
        let column = (at.column - 1).saturating_sub(indentation);
        [
            self.template.file_name().as_bytes(),
            b"\0",
            self.template.name().as_bytes(),
            b"\0",
            line.trim_ascii(),
            b"\0",
            &column.to_be_bytes(),
            self.name.as_bytes(),
            b"\0",
        ]
        .concat()
    }
}

impl Drawing {
    fn fill(&mut self, bytes: &mut [u8]) {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        for chunk in bytes.chunks_mut(32) {
            let block = hmac::sign(&key, &self.block.to_be_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
            self.block += 1;
        }
    }
}

impl World for Repeatable<'_> {
    fn now(&self) -> (i64, u32) {
        (self.drawing(true, |drawing| drawing.moment), 0)
    }

    fn monotonic(&self) -> u64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.drawing(false, |drawing| drawing.fill(bytes));
    }

    fn local_zone(&self) -> Zone {
        Zone::UTC
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        Zone::named(name)
    }

    /// The name server may answer something else tomorrow, so it is not asked.
    fn resolve(&self, _host: &str) -> Option<String> {
        Some(String::new())
    }

    fn look_up(&self, _api_version: &BStr, _kind: &BStr) -> Result<(), String> {
        Ok(())
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        Some(self)
    }
}

impl Watcher for Repeatable<'_> {
    fn enter(&self, call: Call<'_>) {
        self.state().frames.push(Frame {
            template: call.template.clone(),
            span: call.span,
            name: Str::from(call.name.as_ref() as &[u8]),
            drawing: None,
        });
    }

    fn leave(&self) {
        self.state().frames.pop();
    }
}
