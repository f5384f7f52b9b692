//! Times, time zones and durations with Go's layouts, arithmetic and error texts.
//!
//! In: text, seconds, a name of a time zone. Out: a [`Time`] or a [`Duration`] and their texts.
//! The clock and the local time zone are the caller's; the zones come with the program.

mod calendar;
mod duration;
mod format;
mod layout;
mod object;
mod parse;
mod quote;
mod time;
mod zone;

pub use duration::{Duration, DurationError};
pub use object::{DURATION, TIME};
pub use parse::ParseError;
pub use time::Time;
pub use zone::Zone;
